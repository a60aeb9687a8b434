import { type Command, type Raw, sh } from '../../domain/command.ts';

/**
 * Prints monit's status, or nothing after so many seconds. The password comes by standard input, since every account may read the
 * words of a command; in quotes curl takes a backslash for the beginning of something else.
 */
export const curlMonit = (seconds: number | Raw): Command =>
  sh`sed -n '1{s/[\\"]/\\&/g;s/.*/user = "&"/p;}' /var/vcap/monit/monit.user | curl -q -K - -fsS --noproxy '*' -m ${seconds} 'http://127.0.0.1:2822/_status?format=xml'`;
