import { instanceFolder } from '../../cluster/node-context.ts';
import { sh } from '../../domain/command.ts';
import type { InstancePlace } from '../../domain/instance.ts';
import { change, type Step } from '../../domain/step.ts';
import { phrase } from '../../domain/text/text.ts';
import { readAnswers } from '../checks/answers.ts';
import { type InstanceScripts, instanceScripts } from '../checks/instance-scripts.ts';
import {
  doesNotLast,
  INSTANCE,
  INSTANCE_FAILURES,
  mayRun,
  parseProcesses,
  type ProcessFacts,
} from '../checks/process-status.ts';
import type { FileFacts } from '../checks/wanted-file.ts';

interface RestartFacts extends ProcessFacts {
  readonly scripts: FileFacts;
  /** The token of the last restart that was completed. */
  readonly token: string | undefined;
}

interface Restart {
  /** Names this restart, so that the node shows whether it is done. */
  readonly token: string;
  readonly startDeadlineMs: number;
}

/** Stops what runs of it and starts it from the installed files; a stopped one is started. */
export const restart = (
  context: InstanceScripts,
  instance: InstancePlace,
  { token, startDeadlineMs }: Restart,
): Step<RestartFacts> => {
  const name = `${instance.component}_${instance.number}`;
  const seconds = Math.ceil(startDeadlineMs / 1000);
  const scripts = instanceScripts(context);
  return {
    title: phrase('Restart {id}', { id: instance.id }),

    check: {
      run: sh`
        ${scripts.run}
        echo "token=$(cat ${instanceFolder(instance)}/restarted 2>/dev/null)"
        ${INSTANCE} status ${name}`,
      parse: ({ stdout }) => {
        const answers = readAnswers(stdout);
        return {
          scripts: scripts.parse(stdout),
          token: answers.value('token'),
          ...parseProcesses({ stdout: answers.without('file', 'token') }),
        };
      },
    },

    changes: (facts) =>
      facts.token === token && mayRun(facts)
        ? []
        : [
            ...scripts.changes(facts.scripts),
            change('restart asked for by an operator', sh`${INSTANCE} restart ${name} ${token} ${seconds}`, {
              long: true,
              // Its turn on the node, the stop and the start.
              timeoutMs: startDeadlineMs * 5 + 60_000,
              failures: INSTANCE_FAILURES,
            }),
          ],

    unmet: (facts) => (facts.token === token && !mayRun(facts) ? doesNotLast(instance.id, facts) : undefined),
  };
};
