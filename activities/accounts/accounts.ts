import { type Command, sh } from '../../domain/command.ts';
import type { Answers } from '../checks/answers.ts';

/** What accounts that we make or repair get. */
export const SHELL = '/bin/bash';

/** Homes of accounts without logins. */
const NO_HOMES = ['', '/', '/nonexistent', '/dev/null'];

/** An account as the system knows it. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  /** Of its first group. */
  readonly gid: number;
  readonly home: string;
  readonly hasHome: boolean;
  readonly shell: string;
  /** Whether its shell runs commands; nologin and false do not. */
  readonly runsCommands: boolean;
}

/** Asks each account's shell for a command, with five seconds for it. */
export const lookAtAccounts = (names: readonly string[]): Command => sh`
  for name in ${names}; do
    account=$(getent passwd "$name") || continue
    echo "account=$account" | cut -d: -f1,3-
    home=$(echo "$account" | cut -d: -f6)
    [ -d "$home" ] && echo "home=$name"
    shell=\${account##*:}
    status=0
    timeout 5 "\${shell:-/bin/sh}" -c 'exec /bin/sh -c "exit 42"' </dev/null >/dev/null 2>&1 || status=$?
    [ $status != 42 ] || echo "runs=$name"
  done`;

export const accountsIn = (answers: Answers): Account[] =>
  answers.all('account').map((line) => {
    const [name = '', uid = '', gid = '', _comment, home = '', shell = ''] = line.split(':');
    return {
      name,
      uid: Number(uid),
      gid: Number(gid),
      home,
      hasHome: answers.has('home', name),
      shell: shell || '/bin/sh',
      runsCommands: answers.has('runs', name),
    };
  });

/** Where an account has, or will have, its files. */
export const homeOf = (account: Account | undefined, name: string): string =>
  account === undefined || NO_HOMES.includes(account.home) ? `/home/${name}` : account.home;
