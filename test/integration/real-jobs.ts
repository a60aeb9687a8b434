import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReleaseVersion } from '../../domain/versions/version.ts';
import { CF_RELEASE_DIR } from '../release/cf-release.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { releaseWithStandIns } from './stand-ins/release-with-stand-ins.ts';
import * as cluster from './test-cluster.ts';
import { createTestEngine, type TestEngine } from './test-engine.ts';

const COLD_MS = 15 * 60_000;
const [NODE = ''] = cluster.CLUSTER;

// Each has scripts of another kind; those of gorouter, dea and others do what a test node may not.
const COMPONENTS = ['nats', 'uaa', 'cloud_controller_ng', 'syslog_aggregator'];

const reason = CF_RELEASE_DIR === undefined ? 'needs CF_RELEASE_DIR' : await cluster.reasonToSkip();

/** The jobs of a cf-release as they are, control scripts and monit entries; only the programs are stand-ins. */
export const realJobs = (version: ReleaseVersion) =>
  describe.skipIf(reason !== undefined)(
    `the jobs of cf-release v${version.release.version} on a node${reason === undefined ? '' : ` (${reason})`}`,
    { timeout: COLD_MS },
    () => {
      let engine: TestEngine;

      beforeAll(async () => {
        await cluster.nodes('down', '--wipe');
        await cluster.nodes('up', '1');
        await cluster.setRootPassword(NODE);
        engine = await createTestEngine(temporaryFolder());
        await engine.start({ DEPLOYMENT_ENGINE_RELEASE: await releaseWithStandIns(version, temporaryFolder()) });
      });

      afterAll(async () => {
        await engine?.stop();
        await cluster.nodes('down', '--wipe');
      });

      const changes = async () => {
        const { nodes, instances } = await engine.plan();
        return [...nodes, ...instances].filter(({ change }) => change !== 'untouched');
      };
      const processes = async (): Promise<string[]> =>
        (
          await cluster.onNode(
            NODE,
            'for each in /var/vcap/bosh/instances/*; do /var/vcap/bosh/bin/instance status ${each##*/}; done',
          )
        ).split('\n');
      const allRun = async () => (await processes()).every((line) => line.endsWith(' running'));

      it('start, and are as wanted from then on', async () => {
        const { properties } = cluster.clusterConfiguration();
        await engine.configure({
          components: Object.fromEntries(COMPONENTS.map((component) => [component, [NODE]])),
          properties,
        });
        const { run } = await engine.deploy();
        expect(await engine.ended(run, COLD_MS)).toMatchObject({ outcome: 'ok', reason: null });
        expect(await changes()).toEqual([]);
        expect(await allRun()).toBe(true);
      });

      it('have their files read by root and vcap, and by nobody else', async () => {
        const reads = (account: string) =>
          `if runuser -u ${account} -- cat /var/vcap/jobs/uaa/config/uaa.yml >/dev/null 2>&1; then echo ${account}; fi`;
        expect(await cluster.onNode(NODE, ['root', 'vcap', 'nobody'].map(reads).join('; '))).toBe('root\nvcap');
      });

      it('come back after a power cut', async () => {
        await cluster.nodes('reboot', NODE);
        await until(allRun, 'monit has brought them back', 120_000);
        expect(await changes()).toEqual([]);
      });
    },
  );
