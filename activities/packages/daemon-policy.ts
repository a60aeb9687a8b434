import { type Command, sh } from '../../domain/command.ts';
import { type Change, change } from '../../domain/step.ts';
import { phrase } from '../../domain/text/text.ts';
import type { Answers } from '../checks/answers.ts';

const POLICY = '/usr/sbin/policy-rc.d';
// Tells ours from an operator's, also after a kill or a power cut.
const MARK = '# deployment-engine: no daemon of a package starts while packages are installed';

const isOurs: Command = sh`{ read -r _ && read -r mark; } 2>/dev/null <${POLICY} && [ "$mark" = ${MARK} ]`;

/** Until the command ends no daemon starts by itself; a policy of the operator's is left as it is. */
export const holdDaemons: Command = sh`
  let_daemons_start() {
    if ${isOurs}; then rm -f ${POLICY}; fi
  }
  let_daemons_start
  if [ ! -e ${POLICY} ]; then
    trap let_daemons_start EXIT
    trap 'exit 143' TERM INT HUP
    printf '%s\n' '#!/bin/sh' ${MARK} 'exit 101' >${POLICY}.new
    chmod 755 ${POLICY}.new
    mv ${POLICY}.new ${POLICY}
  fi`;

/** Prints `daemons=held` where a command that was killed has left our policy behind. */
export const lookForHeldDaemons: Command = sh`if ${isOurs}; then echo daemons=held; fi`;

export const areDaemonsHeld = (answers: Answers): boolean => answers.has('daemons', 'held');

/** Takes away what a command that was killed has left behind: with it no daemon of that machine ever starts. */
export const letDaemonsStart = (areHeld: boolean): Change[] =>
  areHeld
    ? [
        change(
          phrase('{file} was left behind by an interrupted installation and keeps every daemon from starting', {
            file: POLICY,
          }),
          sh`if ${isOurs}; then rm -f ${POLICY}; fi`,
        ),
      ]
    : [];
