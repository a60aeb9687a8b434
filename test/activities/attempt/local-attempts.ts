import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { Stepping } from '../../../activities/attempt/attempt.ts';
import type { StepRecord } from '../../../domain/run/run.ts';
import type { Store } from '../../../store/store.ts';
import { allLines, texts } from '../../store/samples.ts';
import { openSqlite, useStores } from '../../store/stores.ts';
import { events, readLedger } from '../../support/ledger.ts';
import { createLocalNode, type LocalNode } from '../../support/local-node.ts';
import { FENCE } from '../../support/run-request.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { attemptDependencies, beginPlannedRun, type ShellStep } from './step-attempt.ts';

const openStore = useStores(openSqlite);

export let store: Store;
export let node: LocalNode;
export let deps: Stepping;
let folder: string;

beforeEach(async () => {
  folder = temporaryFolder();
  store = await openStore({ dataDir: folder });
  node = createLocalNode();
  deps = attemptDependencies(store, node.session, folder);
  await beginPlannedRun(store);
  await node.session.installRunner({ ...FENCE, run: 1 });
});
afterEach(async () => {
  await deps.log.close();
  await node.remove();
});

export const record = async (): Promise<StepRecord | undefined> => (await store.steps.of(1)).at(-1);
export const output = async (): Promise<string[]> =>
  texts((await allLines(store, 1)).filter(({ level }) => level === 'out'));
/** What the engine itself has said. */
export const said = async (): Promise<string[]> =>
  texts((await allLines(store, 1)).filter(({ level }) => level !== 'out'));
export const happened = (): string => events(readLedger(node.directory));
export const done = (): string => join(folder, 'done');
export const gate = (): string => join(folder, 'gate');

/** Says two lines, the second once the gate is open. */
export const step = (end: string, check = `[ -e ${done()} ]`): ShellStep => ({
  check,
  command: `echo one; while [ ! -e ${gate()} ]; do sleep 0.05; done; echo two; ${end}`,
});
