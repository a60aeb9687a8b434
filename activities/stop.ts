import { sh } from '../domain/command.ts';
import type { InstancePlace } from '../domain/instance.ts';
import { change, type Step } from '../domain/step.ts';
import { type InstanceScripts, instanceScripts } from './instance-scripts.ts';
import { conclusiveProcesses, INSTANCE, isStopped, type ProcessFacts } from './process-status.ts';
import type { FileFacts } from './wanted-file.ts';

/** Seconds monit gets to stop an instance; dea drains for up to 45. */
export const STOP_SECONDS = 120;

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
      parse: ({ exitCode, stdout }) => ({
        scripts: scripts.parse(stdout),
        ...conclusiveProcesses(id, { exitCode, stdout: stdout.replace(/^file=.*$/gm, '') }),
      }),
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
