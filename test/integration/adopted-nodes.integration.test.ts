import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import * as cluster from './test-cluster.ts';
import { createTestEngine, type TestEngine } from './test-engine.ts';

const NODE = cluster.nodeAt(0);
// Where ruby and packages were never built, the first deploy builds them.
const COLD_MS = 15 * 60_000;
const { properties } = cluster.clusterConfiguration();
const configuration = { components: { nats: [NODE] }, properties };

/** As docs/operating.md has it. */
const GIVE_UP = `
  /var/vcap/bosh/bin/monit quit
  pkill -u vcap || true
  rm -rf /var/vcap/bosh/instances /var/vcap/jobs /var/vcap/monit/job /var/vcap/monit/stopped
  [ ! -e /var/vcap/store ] || mv /var/vcap/store /var/vcap/store.former`;

interface Answer {
  readonly status: number;
  readonly body: {
    readonly code?: string;
    readonly detail?: string;
    readonly hosts?: readonly {
      readonly result: string;
      readonly owner: string | null;
      readonly host: string | null;
    }[];
  };
}

const reason = await cluster.reasonToSkip();

describe.skipIf(reason !== undefined)(
  `nodes that are taken over${reason === undefined ? '' : ` (left out: ${reason})`}`,
  () => {
    let former: TestEngine;
    let next: TestEngine;

    const ask = async (engine: TestEngine, method: string, path: string, words: object = {}): Promise<Answer> => {
      const url = `${engine.base}/deployment-engine/${path}`;
      const answer = await fetch(url, { method, ...(method === 'GET' ? {} : { body: JSON.stringify(words) }) });
      return { status: answer.status, body: (await answer.json()) as Answer['body'] };
    };
    const adopt = () => ask(next, 'POST', 'hosts/adopt', { hosts: [NODE] });

    beforeAll(async () => {
      await cluster.nodes('down', '--wipe');
      await cluster.nodes('up', '1');
      await cluster.setRootPassword(NODE);
      former = await createTestEngine(temporaryFolder());
      await former.start();
      await former.configure(configuration);
      const { run } = await former.deploy();
      expect(await former.ended(run, COLD_MS)).toMatchObject({ outcome: 'ok' });
      next = await createTestEngine(temporaryFolder());
      await next.start();
      await next.configure(configuration);
    }, COLD_MS);

    afterAll(async () => {
      await former?.stop();
      await next?.stop();
      await cluster.nodes('down', '--wipe');
    });

    it('are refused while their engine works, then while they carry its instances', async () => {
      const deploy = await ask(next, 'GET', 'deploy');
      expect([deploy.status, deploy.body.code]).toEqual([409, 'DuplicateController']);
      await until(
        async () => (await adopt()).body.detail?.includes('its watch keeps looking at the node') === true,
        'the watch is seen',
        60_000,
      );
      await former.stop();
      await until(
        async () => (await adopt()).body.code === 'UnknownInstances',
        'only the instances are refused',
        150_000,
      );
    }, 240_000);

    it(
      'go on under the new engine, and refuse the former one',
      async () => {
        await cluster.onNode(NODE, GIVE_UP);
        const { status, body } = await adopt();
        expect([status, body.hosts?.map(({ result }) => result)]).toEqual([200, ['adopted']]);
        const { run } = await next.deploy();
        expect(await next.ended(run, COLD_MS)).toMatchObject({ outcome: 'ok' });
        expect(await cluster.onNode(NODE, 'cut -d" " -f2 /var/lib/deployment-engine/owner')).toBe('2');
        expect(await cluster.onNode(NODE, 'cat /var/lib/deployment-engine/claimant')).toMatch(
          /"serial":"[0-9a-f]{16}"/,
        );

        await former.start();
        const restart = await ask(former, 'PUT', 'restart', { name: 'nats' });
        expect([restart.status, restart.body.code]).toEqual([409, 'DuplicateController']);
        expect((await next.plan()).instances.map(({ change }) => change)).toEqual(['untouched']);
      },
      COLD_MS,
    );
  },
);
