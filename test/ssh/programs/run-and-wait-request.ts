import { sh } from '../../../domain/command.ts';
import { runRequest } from '../../support/run-request.ts';

/** Runs until `/tmp/gate` is there; both the killed process and its successor ask for it. */
export const RUN_AND_WAIT = runRequest({
  command: sh`echo up; while [ ! -e /tmp/gate ]; do sleep 0.1; done`,
  timeoutMs: 120_000,
});
