import { phrase } from '../../domain/text/text.ts';
import type { DeployRequest } from '../messages.ts';
import { refuse } from '../refuse.ts';

/** Checks what may have been typed by hand. */
export function checkDeploy(request: DeployRequest | undefined): DeployRequest {
  const isTime = (time: unknown): boolean => time === undefined || typeof time === 'number';
  if (typeof request?.revision === 'number' && isTime(request.acceptBy) && isTime(request.answerBy)) return request;
  throw refuse(
    'InvalidRequest',
    phrase('the input is {example}, the newest revision: got {input}', {
      example: '{"revision": n}',
      input: String(JSON.stringify(request)),
    }),
  );
}

/** Whoever asks for another revision waits until this run has ended. */
export const inProgress = (revision: number, run: number, current: number) =>
  refuse(
    'RunInProgress',
    phrase('Run {run} still works on revision {current}; deploy revision {revision} when it has ended.', {
      run,
      current,
      revision,
    }),
    { run, revision: current },
  );
