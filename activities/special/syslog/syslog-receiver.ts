import type { WantedInstance } from '../../../cluster/node-context.ts';
import { sh } from '../../../domain/command.ts';
import { change, type Step } from '../../../domain/step.ts';
import { readAnswers } from '../../checks/answers.ts';
import { INSTANCE } from '../../checks/process-status.ts';
import { type FileFacts, filesAsWanted } from '../../checks/wanted-file.ts';
import { RECEIVER_PID, receiverFiles } from './syslog-receiver-files.ts';

/** Where the forwarders of every version send to; v160's aggregator has its RELP port elsewhere. */
const PORT = 54_321;
const STOP_SECONDS = 60;

interface ReceiverFacts {
  readonly files: FileFacts;
  readonly isRunning: boolean;
}

/** Collects log lines by the node's rsyslog where the release has no job for it, or one that does not speak TCP. */
export const syslogReceiver = ({ instance }: Pick<WantedInstance, 'instance'>): Step<ReceiverFacts> => {
  const name = `${instance.component}_${instance.number}`;
  const files = filesAsWanted(receiverFiles(name, PORT));
  return {
    title: 'syslog receiver',

    check: {
      run: sh`
        ${files.run}
        kill -0 "$(cat ${RECEIVER_PID})" && echo receiver=running
        true`,
      together: [files.together],
      parse: ({ stdout }) => ({
        files: files.parse(stdout),
        isRunning: readAnswers(stdout).has('receiver', 'running'),
      }),
    },

    changes: ({ files: found, isRunning }) => {
      const uploads = files.changes(found);
      if (uploads.length === 0 || !isRunning) return uploads;
      // The start step brings it up again.
      return [
        ...uploads,
        change('it runs on older files', sh`${INSTANCE} stop ${name} ${STOP_SECONDS}`, {
          long: true,
          failures: { 3: 'JobNotRunning' },
        }),
      ];
    },
  };
};
