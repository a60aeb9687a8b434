import { instanceFolder, type WantedInstance } from '../../cluster/node-context.ts';
import { type Command, raw, sh } from '../../domain/command.ts';
import { NEVER_STARTED, STOPPED_BY_OPERATOR } from '../../domain/instance-status.ts';
import { change, type Step } from '../../domain/step.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import { readAnswers } from '../checks/answers.ts';
import {
  complaints,
  doesNotLast,
  INSTANCE,
  INSTANCE_FAILURES,
  isRunning,
  isStopped,
  parseProcesses,
  type ProcessFacts,
} from '../checks/process-status.ts';

interface StartFacts extends ProcessFacts {
  /** Fingerprint of the files at the last start. */
  readonly started: string | undefined;
  /** Whether monit has other entries than those that were installed. */
  readonly isOutdated: boolean;
}

/** Sets `told_instances`, one question to monit for all; a script of an older engine says nothing. */
const askInstances = (names: readonly string[]): Command =>
  sh`told_instances=$(${INSTANCE} survey ${names} 2>/dev/null </dev/null)`;

/** Starts what is down and restarts what runs with old files; wakes monit instead of waiting for its cycle. */
export const start = (
  { instance, fingerprint }: Pick<WantedInstance, 'instance' | 'fingerprint'>,
  startDeadlineMs: number,
): Step<StartFacts> => {
  const name = `${instance.component}_${instance.number}`;
  const seconds = Math.ceil(startDeadlineMs / 1000);
  return {
    title: phrase('Start {id}', { id: instance.id }),

    check: {
      run: sh`
        started=
        read -r started 2>/dev/null <${instanceFolder(instance)}/started
        echo "started=$started"
        own=\${told_instances#*"@@instance ${raw(name)}
        "}
        if [ "$own" != "$told_instances" ]; then
          own=\${own%%@@instance *}
          case $own in *@@outdated*) echo entries=outdated ;; esac
          echo "$own"
        else
          ${INSTANCE} outdated ${name} && echo entries=outdated
          ${INSTANCE} status ${name}
        fi`,
      together: [{ read: askInstances, names: [name] }],
      parse: ({ stdout }) => {
        const answers = readAnswers(stdout);
        return {
          ...parseProcesses({ stdout: answers.without('started', 'entries') }),
          started: answers.value('started'),
          isOutdated: answers.has('entries', 'outdated'),
        };
      },
    },

    changes: (facts) => {
      const reason = reasonFor(facts, fingerprint);
      if (reason === undefined) return [];
      return [
        change(reason, sh`${INSTANCE} start ${name} ${fingerprint} ${seconds}`, {
          long: true,
          timeoutMs: startDeadlineMs + 60_000,
          failures: INSTANCE_FAILURES,
          hopeless: 4,
        }),
      ];
    },

    unmet: (facts) =>
      facts.started === fingerprint && !facts.isOutdated && !isStopped(facts)
        ? doesNotLast(instance.id, facts)
        : undefined,
  };
};

function reasonFor(facts: StartFacts, wanted: string): Text | undefined {
  if (facts.started === undefined) return NEVER_STARTED;
  if (isStopped(facts)) return STOPPED_BY_OPERATOR;
  if (facts.started !== wanted) return 'runs on older files';
  if (facts.isOutdated) return 'monit has other entries than were installed';
  return isRunning(facts) ? undefined : phrase('down: {why}', { why: complaints(facts) || 'monit has no entry of it' });
}
