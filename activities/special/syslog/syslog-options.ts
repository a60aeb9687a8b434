import { sh } from '../../../domain/command.ts';
import type { Step } from '../../../domain/step.ts';
import { readAnswers } from '../../checks/answers.ts';
import { type FileFacts, filesAsWanted, wantedFile } from '../../checks/wanted-file.ts';

/** monit's launcher looks here first. */
const PROGRAM = '/var/vcap/bosh/bin/rsyslogd';

interface OptionsFacts {
  readonly files: FileFacts;
  /** Of rsyslog; 0 = there is none. */
  readonly version: number;
}

/** The aggregator's script starts rsyslogd with options that version 8 has given up and ends with an error on. */
export const syslogOptions = (): Step<OptionsFacts> => {
  const files = filesAsWanted([wantedFile(PROGRAM, program(), '0755')]);
  return {
    title: 'rsyslog options',

    check: {
      run: sh`
        ${files.run}
        PATH=$PATH:/usr/sbin:/sbin rsyslogd -v | sed -n '1s/^rsyslogd[^0-9]*\([0-9]*\).*/version=\1/p'`,
      together: [files.together],
      parse: ({ stdout }) => ({
        files: files.parse(stdout),
        version: Number(readAnswers(stdout).value('version') ?? 0),
      }),
    },

    changes: ({ files: found, version }) => (version < 8 ? [] : files.changes(found)),
  };
};

const program = (): string => `#!/bin/sh
# rsyslogd for scripts that were written for versions before 8: without the options -c NUMBER and -x.
for word in "$@"; do
  shift
  case $word in
    -c) skip=yes ;;
    -c* | -x) ;;
    *)
      [ -n "\${skip:-}" ] || set -- "$@" "$word"
      skip=
      ;;
  esac
done
exec /usr/sbin/rsyslogd "$@"
`;
