import { type Command, sh } from '../../domain/command.ts';
import { readAnswers } from '../checks/answers.ts';

export const STORE = '/var/vcap/store';

/** Asks a server what it exports; one that does not answer gets three seconds. */
export const listExports = (server: string): Command =>
  sh`timeout 3 showmount --no-headers -e ${server} | sed 's/ .*//; s/^/export=/'`;

export const exportsStore = (stdout: string): boolean => readAnswers(stdout).has('export', STORE);
