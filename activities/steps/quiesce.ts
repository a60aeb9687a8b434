import type { NodeContext, WantedInstance } from '../../cluster/node-context.ts';
import { sh } from '../../domain/command.ts';
import { STOPPED_BY_OPERATOR } from '../../domain/instance-status.ts';
import type { Step } from '../../domain/step.ts';
import { phrase } from '../../domain/text/text.ts';
import { joinChecks, splitChecks } from '../checks/probe.ts';
import { conclusiveProcesses, INSTANCE, type ProcessFacts } from '../checks/process-status.ts';
import { installJob } from './install-job.ts';
import { stopForFiles } from './stop.ts';

/** What monit reports for a process that does not run. */
const STOPPED: readonly string[] = ['not monitored', 'unknown to monit', STOPPED_BY_OPERATOR];

interface QuiesceFacts extends ProcessFacts {
  readonly filesChange: boolean;
}

/** Files never change under a running job; a job whose files stay the same is never stopped. */
export const quiesce = (context: Pick<NodeContext, 'release'>, wanted: WantedInstance): Step<QuiesceFacts> => {
  const { instance } = wanted;
  const name = `${instance.component}_${instance.number}`;
  const files = installJob(context, wanted);
  const checks = [files.check.run, sh`${INSTANCE} status ${name}`] as const;
  return {
    title: phrase('Stop {id}', { id: instance.id }),

    check: {
      run: joinChecks(checks),
      parse: ({ stdout }) => {
        const [installed, status] = splitChecks(instance.id, stdout, checks);
        return {
          ...conclusiveProcesses(instance.id, status),
          filesChange: files.changes(files.check.parse(installed)).length > 0,
        };
      },
    },

    changes: ({ processes, filesChange }) =>
      !filesChange || processes.every(({ word }) => STOPPED.includes(word))
        ? []
        : [stopForFiles('its files change', instance)],
  };
};
