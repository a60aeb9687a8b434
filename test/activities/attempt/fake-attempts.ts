import { afterEach, beforeEach, expect, vi } from 'vitest';
import type { StepInput, Stepping } from '../../../activities/attempt/attempt.ts';
import { DeploymentEngineError, type ErrorCode, type ErrorDetails } from '../../../domain/errors.ts';
import type { StepRecord } from '../../../domain/run/run.ts';
import type { Store } from '../../../store/store.ts';
import { allLines, texts } from '../../store/samples.ts';
import { openSqlite, useStores } from '../../store/stores.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { attempt, attemptDependencies, beginPlannedRun } from './step-attempt.ts';
import { fakeSession } from './fake-session.ts';

const openStore = useStores(openSqlite);

export const STEP = { check: 'is it?', command: 'make it so' };

export let store: Store;
export let deps: Stepping;
export let node: ReturnType<typeof fakeSession>;

beforeEach(async () => {
  store = await openStore({ clock: () => Date.now() });
  node = fakeSession();
  deps = attemptDependencies(store, node.session, temporaryFolder());
  await beginPlannedRun(store);
});
afterEach(async () => {
  vi.useRealTimers();
  await deps.log.close();
});

export const record = async (): Promise<StepRecord | undefined> => (await store.steps.of(1)).at(-1);
export const said = async (): Promise<string[]> => texts(await allLines(store, 1));
export const failWith = (code: ErrorCode, details: ErrorDetails = {}) => {
  node.run = () => Promise.reject(new DeploymentEngineError(code, code, { details }));
};
export const fails = (as?: Partial<Pick<StepInput, 'target' | 'step' | 'temporalRunId'>>) =>
  expect(attempt(deps, STEP, as === undefined ? {} : { as })).rejects;
