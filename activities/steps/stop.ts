import { instanceFolder } from '../../cluster/node-context.ts';
import { sh } from '../../domain/command.ts';
import type { InstancePlace } from '../../domain/instance.ts';
import { type Change, change, type Step } from '../../domain/step.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import { readAnswers } from '../checks/answers.ts';
import { type InstanceScripts, instanceScripts } from '../checks/instance-scripts.ts';
import {
  conclusiveProcesses,
  INSTANCE,
  INSTANCE_FAILURES,
  isStopped,
  type ProcessFacts,
} from '../checks/process-status.ts';
import type { FileFacts } from '../checks/wanted-file.ts';

/** Seconds monit gets to stop an instance; dea drains for up to 45. */
export const STOP_SECONDS = 120;

/** Before its files change; monit has it run again after a boot. */
export const stopForFiles = (
  reason: Text,
  { component, number }: Pick<InstancePlace, 'component' | 'number'>,
): Change =>
  change(reason, sh`${INSTANCE} stop ${`${component}_${number}`} ${STOP_SECONDS}`, {
    long: true,
    failures: INSTANCE_FAILURES,
    hopeless: 4,
  });

interface StopFacts extends ProcessFacts {
  readonly scripts: FileFacts;
  /** Something is installed that monit would watch, whether it knows of it or not. */
  readonly isInstalled: boolean;
}

/** Stops it for an operator: it stays stopped, also after a reboot, until somebody starts it. */
export const stop = (context: InstanceScripts, { id, component, number }: InstancePlace): Step<StopFacts> => {
  const name = `${component}_${number}`;
  const scripts = instanceScripts(context);
  return {
    title: phrase('Stop {id} until it is started again', { id }),

    check: {
      run: sh`
        ${scripts.run}
        grep -Eqi '^[[:space:]]*check[[:space:]]' ${instanceFolder({ component, number })}/monit/*.monitrc \
          /var/vcap/monit/job/${name}.*.monitrc /var/vcap/monit/stopped/${name}.*.monitrc 2>/dev/null && echo installed=yes
        ${INSTANCE} status ${name}`,
      parse: ({ exitCode, stdout }) => {
        const answers = readAnswers(stdout);
        const isInstalled = answers.has('installed');
        const status = { exitCode, stdout: answers.without('file', 'installed') };
        return {
          scripts: scripts.parse(stdout),
          isInstalled,
          // If somebody has removed the script, only a stop finds out what still runs.
          ...(isInstalled && hasNoScript(exitCode) ? { processes: [] } : conclusiveProcesses(id, status)),
        };
      },
    },

    changes: (facts) =>
      isStopped(facts) || (facts.processes.length === 0 && !facts.isInstalled)
        ? []
        : [
            ...scripts.changes(facts.scripts),
            change('stop asked for by an operator', sh`${INSTANCE} hold ${name} ${STOP_SECONDS}`, {
              long: true,
              failures: INSTANCE_FAILURES,
            }),
          ],
  };
};

const hasNoScript = (exitCode: number | undefined): boolean => exitCode === 126 || exitCode === 127;
