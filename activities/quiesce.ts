import { sh } from '../domain/command.ts';
import { change, type Step } from '../domain/step.ts';
import type { WantedInstance } from './node-context.ts';
import { INSTANCE, type ProcessFacts, parseProcesses } from './process-status.ts';

/** Seconds monit gets to stop an instance; dea drains for up to 45. */
const STOP_SECONDS = 120;

/** Files never change under a running job. */
export const quiesce = ({ instance }: Pick<WantedInstance, 'instance'>): Step<ProcessFacts> => {
  const name = `${instance.component}_${instance.number}`;
  return {
    title: `Stop ${instance.id}`,

    check: { run: sh`${INSTANCE} status ${name}`, parse: parseProcesses },

    changes: ({ processes }) =>
      processes.every(({ word }) => word === 'not monitored' || word === 'unknown to monit')
        ? []
        : [
            change('its files change', sh`${INSTANCE} stop ${name} ${STOP_SECONDS}`, {
              long: true,
              failures: { 3: 'JobNotRunning' },
            }),
          ],
  };
};
