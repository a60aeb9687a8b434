import { sh } from '../../domain/command.ts';
import type { Answers } from '../checks/answers.ts';
import { runsCommands } from './local-rules.ts';

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

/**
 * Asks each account's shell for a command, with five seconds for it; tells who has the uid `id`, and sets `home` to that of
 * `user`, who is one of the names. One process reads all accounts.
 */
export const lookAtAccounts = (
  names: readonly string[],
  { user, id }: { readonly user: string; readonly id: number },
) => sh`
  of_user= holder= told=' ' shells=
  while IFS=: read -r name password uid gid comment home shell; do
    [ "$uid" != ${id} ] || holder=$name
    case ${` ${names.join(' ')} `} in *" $name "*) ;; *) continue ;; esac
    case $told in *" $name "*) continue ;; esac
    told="$told$name "
    echo "account=$name:$uid:$gid:$comment:$home:$shell"
    [ -d "$home" ] && echo "home=$name"
    [ "$name" != ${user} ] || of_user=$home
    shell=\${shell:-/bin/sh}
    case "$told_rules$shells" in
      *"shell=$shell;"*) echo "runs=$name" && continue ;;
      *"refuses=$shell;"*) continue ;;
    esac
    if ${runsCommands}; then echo "runs=$name" && shells="\${shells}shell=$shell;"; else shells="\${shells}refuses=$shell;"; fi
  done <<ACCOUNTS
  $(getent passwd ${names} ${id})
  ACCOUNTS
  [ -z "$holder" ] || echo "uid-holder=$holder"
  home=$of_user`;

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
