import { type Command, sh } from '../../domain/command.ts';
import type { Together } from '../../domain/step.ts';
import { askOnce, tell } from '../checks/known.ts';
import { lookAtSudo } from './sudo-terminal.ts';

/** Those that nearly every account has. */
const SHELLS = ['/bin/bash', '/bin/sh'];

/** What decides which shells run commands and what sudo lets whom do. */
const FILES = ['/etc/sudoers', '/etc/sudoers.d', '/etc/sudo.conf', '/etc/group', '/etc/passwd', '/etc/nsswitch.conf'];

/** `$shell` runs commands; it has five seconds for one. */
export const runsCommands = sh`{ timeout 5 "$shell" -c 'exec /bin/sh -c "exit 42"' </dev/null >/dev/null 2>&1; [ $? = 42 ]; }`;

/** sudo has said nothing, or takes rules from other files too, or from a directory service. */
const mayChange = sh`
  case $told_rules in *sudo=answers*) false ;; esac ||
  grep -hs '^[#@]include\|^sudoers:' /etc/sudoers /etc/sudoers.d/* /etc/nsswitch.conf |
    grep -qv '^[#@]includedir[[:space:]][[:space:]]*/etc/sudoers.d$\|^sudoers:[[:space:]]*files[[:space:]]*$'`;

/**
 * Sets `told_rules`: `shell=SHELL;` for each usual shell that runs commands, and what `lookAtSudo` prints. Both start several
 * processes, so an answer is kept while the files that it comes from stay the same.
 */
export const seeRules = (user: string): Together => ({
  read: () =>
    askOnce('rules', {
      sign: sh`echo ${user}; ls -lAinLc --time-style=full-iso ${FILES} ${SHELLS} 2>/dev/null`,
      ask: sh`
        for shell in ${SHELLS}; do ! ${runsCommands} || echo "shell=$shell;"; done
        ${lookAtSudo(user)}`,
      mayChange,
    }),
  names: [],
  keeps: 'known_rules',
});

/** Part of a check: what sudo says, as the look has told. */
export const lookAtRules = (user: string): Command => tell('rules', lookAtSudo(user));
