import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildRelease } from '../../sample/build-release.ts';
import { checkCluster } from '../../sample/cluster-check.ts';
import { demoConfiguration, DOMAIN } from '../../sample/demo/layout.ts';
import * as cluster from '../integration/test-cluster.ts';
import { createTestEngine, type TestEngine } from '../integration/test-engine.ts';
import { startedTwice } from '../support/ledger.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const COLD_MS = 20 * 60_000;
const NETWORK = cluster.HOME.split('.').slice(0, 3).join('.');

describe("the specification's example: 19 instances, each on a node of its own", { timeout: COLD_MS }, () => {
  const { components } = demoConfiguration(19, NETWORK);
  const addresses = Object.values(components).flat();
  let engine: TestEngine;

  beforeAll(async () => {
    await cluster.nodes('down', '--wipe');
    await cluster.nodes('up', String(addresses.length));
    await Promise.all(addresses.map((address) => cluster.setRootPassword(address)));
    engine = await createTestEngine(temporaryFolder());
    await engine.start({ DEPLOYMENT_ENGINE_RELEASE: await buildRelease({ version: '170' }) });
    await engine.configure({ components, properties: cluster.clusterConfiguration().properties });
  }, COLD_MS);

  afterAll(async () => {
    await engine?.stop();
    await cluster.nodes('down', '--wipe');
  });

  it('is deployed, each command once, and answers', async () => {
    const { run } = await engine.deploy();
    expect(await engine.ended(run, COLD_MS)).toMatchObject({ outcome: 'ok', reason: null });
    const rows = await engine.status();
    expect([rows.length, new Set(rows.map(({ Ip }) => Ip)).size]).toEqual([19, 19]);
    expect(rows.filter(({ Status }) => Status !== 'RUNNING')).toEqual([]);
    const ledgers = await Promise.all(addresses.map((address) => cluster.ledgerOf(address)));
    expect(ledgers.flatMap(startedTwice)).toEqual([]);

    const [haproxy = ''] = components.haproxy;
    const { password } = await engine.credentials();
    const { page } = await checkCluster({ haproxy, domain: DOMAIN, adminPassword: password });
    expect(page).toContain('hello');
  });

  it('is left alone by the next deploy', async () => {
    const { run } = await engine.deploy();
    expect(await engine.ended(run, COLD_MS)).toMatchObject({ outcome: 'unchanged' });
  });
});
