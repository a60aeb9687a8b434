import { sh } from '../domain/command.ts';
import type { InstancePlace } from '../domain/instance.ts';
import { DeploymentEngineError } from '../domain/errors.ts';
import { change, type Step } from '../domain/step.ts';
import { type InstanceScripts, instanceScripts } from './instance-scripts.ts';
import { INSTANCE, isStopped, parseProcesses, type ProcessFacts } from './process-status.ts';
import type { FileFacts } from './wanted-file.ts';

/** Seconds monit gets to stop an instance; dea drains for up to 45. */
export const STOP_SECONDS = 120;

/** It has answered, or nothing was ever installed. */
const CONCLUSIVE = [0, 127];

interface StopFacts extends ProcessFacts {
  readonly scripts: FileFacts;
}

/** Stops it as an operator wishes: it stays stopped, also over a reboot, until somebody starts it. */
export const stop = (context: InstanceScripts, { id, component, number }: InstancePlace): Step<StopFacts> => {
  const name = `${component}_${number}`;
  const scripts = instanceScripts(context);
  return {
    title: `Stop ${id} until it is started again`,

    check: {
      run: sh`
        ${scripts.run}
        ${INSTANCE} status ${name}`,
      parse: ({ exitCode, stdout }) => {
        if (exitCode === undefined || !CONCLUSIVE.includes(exitCode))
          throw new DeploymentEngineError(
            'NodeProtocolError',
            `${id}: nothing is known of its processes: ${INSTANCE} status ended with ${exitCode}`,
          );
        const status = stdout.replace(/^file=.*$/gm, '');
        return { scripts: scripts.parse(stdout), ...parseProcesses({ stdout: status }) };
      },
    },

    changes: (facts) =>
      facts.processes.length === 0 || isStopped(facts)
        ? []
        : [
            ...scripts.changes(facts.scripts),
            change('stop asked for by an operator', sh`${INSTANCE} hold ${name} ${STOP_SECONDS}`, {
              long: true,
              failures: { 3: 'JobNotRunning' },
            }),
          ],
  };
};
