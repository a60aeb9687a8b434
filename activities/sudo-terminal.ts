import { type Command, raw, sh } from '../domain/command.ts';
import { type Change, change } from '../domain/step.ts';
import type { Answers } from './answers.ts';

/** Read last, so that it wins. */
const SUDOERS = '/etc/sudoers.d/zz-deployment-engine';

/** To be part of a check. Such a sudo refuses root too, so it is asked on a terminal of its own. */
export const lookForTerminal = (user: string): Command => sh`
  if grep -rqsE '^[^#]*[^!]requiretty' /etc/sudoers /etc/sudoers.d; then
    # Of several entries the last one counts.
    last=$(LC_ALL=C script -qec "sudo -l -U ${raw(user)}" /dev/null </dev/null | grep -oE '!?requiretty' | tail -n 1)
    [ "$last" != requiretty ] || echo "sudo=wants a terminal"
  fi`;

export const needsTerminal = (answers: Answers): boolean => answers.has('sudo', 'wants a terminal');

/** Allows sudo without a terminal, which we have not. Files of others are not judged: their modes alone fail a visudo -c. */
export const terminalChanges = (isNeeded: boolean, user: string): Change[] =>
  isNeeded
    ? [
        change(
          `sudo asks ${user} for a terminal (requiretty)`,
          sh`
            umask 077
            echo ${`Defaults:${user} !requiretty`} >${SUDOERS}.new
            chmod 0440 ${SUDOERS}.new
            visudo -cqf ${SUDOERS}.new
            mv ${SUDOERS}.new ${SUDOERS}`,
        ),
      ]
    : [];
