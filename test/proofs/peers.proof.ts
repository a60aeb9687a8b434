import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as cluster from '../integration/test-cluster.ts';
import { createTestEngine, type TestEngine } from '../integration/test-engine.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const BENCH = join(import.meta.dirname, '../../bench/main.ts');
const MINUTES = 60_000;
/** Four carry the cluster; the others take commands. */
const NODES = 14;

const lacks = await cluster.reasonToSkip();

describe.skipIf(lacks !== undefined)(
  `beside pyinfra and ansible${lacks === undefined ? '' : ` (left out: ${lacks})`}`,
  () => {
    let engine: TestEngine;
    let told: string;

    beforeAll(async () => {
      await cluster.nodes('down', '--wipe');
      await cluster.nodes('up', String(NODES));
      await Promise.all(cluster.CLUSTER.map((address) => cluster.setRootPassword(address)));
      engine = await createTestEngine(temporaryFolder());
      await engine.start();
      await engine.configure(cluster.clusterConfiguration());
      const { run } = await engine.deploy();
      expect((await engine.ended(run, 20 * MINUTES)).outcome).toBe('ok');
      const [network] = /^\d+\.\d+\.\d+/.exec(cluster.HOME) ?? [''];
      const env = { ...process.env, ENGINE: engine.base, NODES_NETWORK: network, NODES_BRIDGE: cluster.BRIDGE };
      told = (await promisify(execFile)('node', [BENCH, 'peers'], { env, maxBuffer: 1024 ** 2 })).stdout;
      console.log(told);
    }, 90 * MINUTES);

    afterAll(async () => {
      await engine.stop();
      await cluster.nodes('down', '--wipe');
    }, 2 * MINUTES);

    it.each(['ours / pyinfra, warm', 'ours / pyinfra, cold', 'ours / ssh2'])('%s keeps its goal', (name) => {
      expect(told.split('\n').find((line) => line.startsWith(name))).toMatch(/: holds/);
    });
  },
);
