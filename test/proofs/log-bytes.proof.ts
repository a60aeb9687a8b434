import { afterAll, beforeAll, describe, it } from 'vitest';
import { Secret } from '../../domain/secret.ts';
import { createConnections } from '../../ssh/connections.ts';
import type { Store } from '../../store/store.ts';
import { beginPlannedRun } from '../activities/attempt/step-attempt.ts';
import { expectWholeLog, killWorkers } from '../activities/attempt/worker-kills.ts';
import * as cluster from '../integration/test-cluster.ts';
import { openSqlite, useFolders, useStores } from '../store/stores.ts';
import { createKnownHosts } from '../support/known-hosts.ts';
import { FENCE } from '../support/run-request.ts';

const SEEDS = Array.from({ length: 12 }, (_, index) => index + 1);
const KILLS = 20;
const NODE = cluster.nodeAt(0);
const FOLDER = '/tmp/kills';
const ROOT = new Secret('root', '123456');

describe('the log of a command whose workers are killed', () => {
  const folder = useFolders();
  const opened = useStores(openSqlite);

  beforeAll(() => cluster.nodes('up', '1'));
  afterAll(() => cluster.nodes('down', '--wipe'));

  it.each(SEEDS)('has every byte that it said on the node (seed %i)', async (seed) => {
    const dataDir = folder();
    const store = await opened({ dataDir });
    await beginPlannedRun(store);
    await cluster.onNode(NODE, `rm -rf /var/lib/deployment-engine ${FOLDER}; mkdir ${FOLDER}`);
    await claim(store);
    await killWorkers({ dataDir, node: NODE, folder: FOLDER, seed, kills: KILLS });
    await expectWholeLog(store, await bytesOnNode(), await cluster.ledgerOf(NODE));
  });
});

async function claim(store: Store): Promise<void> {
  const connections = createConnections({ identity: await store.engine.identity(), hostKeys: createKnownHosts() });
  const session = await connections.node(NODE, { user: 'root', password: ROOT, rootPassword: ROOT }, 'anyone');
  await session.installRunner({ ...FENCE, run: 1 });
  await connections.close();
}

/** What every start of a command has said, in order. */
const bytesOnNode = (): Promise<string> =>
  cluster.onNode(
    NODE,
    `cd /var/lib/deployment-engine
     for out in archive/*/out jobs/*/out; do
       [ ! -e "$out" ] || echo "$(cat "$(dirname "$out")/began") $out"
     done | sort -n | while read -r began out; do cat "$out"; done`,
  );
