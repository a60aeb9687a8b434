import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Store } from '../../../store/store.ts';
import { openSqlite, useStores } from '../../store/stores.ts';
import { readLedger } from '../../support/ledger.ts';
import { createLocalNode, type LocalNode } from '../../support/local-node.ts';
import { FENCE } from '../../support/run-request.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { beginPlannedRun } from './step-attempt.ts';
import { expectWholeLog, killWorkers } from './worker-kills.ts';

const openStore = useStores(openSqlite);

let store: Store;
let node: LocalNode;
let folder: string;

beforeEach(async () => {
  folder = temporaryFolder();
  store = await openStore({ dataDir: folder });
  node = createLocalNode({ home: folder });
  await beginPlannedRun(store);
  await node.session.installRunner({ ...FENCE, run: 1 });
});
afterEach(() => node.remove());

/** What every start of a command has said on the node, in order. */
const bytesOnNode = (): string =>
  globSync(join(node.directory, '{archive,jobs}/*/out'))
    .map((out) => ({ out, began: Number(readFileSync(join(dirname(out), 'began'), 'utf8')) }))
    .toSorted((one, other) => one.began - other.began)
    .map(({ out }) => readFileSync(out, 'utf8'))
    .join('');

it.each([1, 2])(
  'has every byte that a command said in the log, however often its worker was killed (seed %i)',
  async (seed) => {
    await killWorkers({ dataDir: folder, node: folder, folder, seed, kills: 10 });
    expect(bytesOnNode()).not.toBe('');
    await expectWholeLog(store, bytesOnNode(), readLedger(node.directory));
  },
);
