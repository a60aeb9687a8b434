import { type Command, raw, sh } from '../../domain/command.ts';
import { type Change, change } from '../../domain/step.ts';
import { joined } from '../../domain/text/joined.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import type { Answers } from '../checks/answers.ts';

/** Read last, so that it wins. */
const SUDOERS = '/etc/sudoers.d/zz-deployment-engine';

/** Settings that make sudo ask for a terminal or another password, and what they ask for. */
const SETTINGS = {
  requiretty: 'a terminal',
  rootpw: "root's password",
  targetpw: "root's password",
  runaspw: "root's password",
};
type Setting = keyof typeof SETTINGS;
const NAMES = Object.keys(SETTINGS) as Setting[];

/** Settings that make sudo record standard input; ours holds programs with secrets. */
const LOGS = ['log_input', 'log_stdin'] as const;

export interface SudoFacts {
  readonly settings: readonly Setting[];
  readonly logs: readonly string[];
  readonly allowsNothing: boolean;
}

/** Part of a check. A sudo that requires a terminal refuses root too: then it gets one. */
export const lookAtSudo = (user: string): Command => sh`
  sudo_list=$(LC_ALL=C timeout 10 sudo -l -U ${user} </dev/null) ||
    sudo_list=$(LC_ALL=C timeout 10 script -qec "sudo -l -U ${raw(user)}" /dev/null </dev/null)
  [ -z "$sudo_list" ] || echo sudo=answers
  SUDO_LIST=$sudo_list awk -v settings=${[...NAMES, ...LOGS].join(' ')} ${READ_LIST}`;

// Of several entries the last one counts.
const READ_LIST = `
  BEGIN {
    lines = split(ENVIRON["SUDO_LIST"], line, "\\n")
    for (at = 1; at <= lines; at++) {
      if (line[at] ~ /^Runas and Command/) is_other = 1
      if (!is_other) {
        words = split(line[at], word, /[^A-Za-z0-9_!]+/)
        for (i = 1; i <= words; i++) { is_on = !sub(/^!/, "", word[i]); last[word[i]] = is_on }
        if (index(line[at], " is not allowed to run sudo ")) print "sudo=allows nothing"
      }
      if (line[at] ~ /^User/) is_other = 0
    }
    count = split(settings, list, " ")
    for (i = 1; i <= count; i++) if (last[list[i]]) print "sudo=" list[i]
  }`;

export const sudoFacts = (answers: Answers): SudoFacts => ({
  settings: NAMES.filter((name) => answers.has('sudo', name)),
  logs: LOGS.filter((name) => answers.has('sudo', name)),
  allowsNothing: answers.has('sudo', 'allows nothing'),
});

/** What is recorded on purpose is not switched off. */
export const sudoWarnings = ({ logs }: SudoFacts, user: string): Text[] =>
  logs.map((name) =>
    phrase(
      'sudo keeps on the disk what commands of {user} read, secrets too (Defaults {setting} in sudoers); keep ours out of it with "Defaults:{user} !{setting}" in a file in /etc/sudoers.d, and remove what /var/log/sudo-io has',
      { user, setting: name },
    ),
  );

/** For our user only. Only our file is checked: `visudo -c` fails on the mere modes of other files. */
export function sudoChanges({ settings, allowsNothing }: Omit<SudoFacts, 'logs'>, user: string): Change[] {
  const reasons = [
    ...settings.map((name) =>
      phrase('sudo asks {user} for {what} ({setting})', { user, what: SETTINGS[name], setting: name }),
    ),
    ...(allowsNothing ? [phrase('sudo lets {user} do nothing', { user })] : []),
  ];
  if (reasons.length === 0) return [];
  const lines = [
    ...settings.map((name) => `Defaults:${user} !${name}`),
    ...(allowsNothing ? [`${user} ALL=(ALL) ALL`] : []),
  ];
  // Keeps the lines that earlier runs needed.
  const write = sh`
    umask 077
    { cat ${SUDOERS} 2>/dev/null || true; printf '%s\n' ${lines}; } | awk '!seen[$0]++' >${SUDOERS}.new
    chmod 0440 ${SUDOERS}.new
    visudo -cqf ${SUDOERS}.new
    mv ${SUDOERS}.new ${SUDOERS}`;
  return [change(joined(reasons), write)];
}
