import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inEnglish } from '../../domain/text/text.ts';
import { until } from '../support/until.ts';
import { COMPOSITION, createComposedEngine } from './composed-engine.ts';
import * as cluster from './test-cluster.ts';

const [A, B] = [cluster.nodeAt(0), cluster.nodeAt(1)];
// Where ruby and packages were never built, the first deploy builds them.
const COLD_MS = 15 * 60_000;

const { properties } = cluster.clusterConfiguration();
const both = { components: { nats: [A, B], collector: [A], etcd: [B] }, properties };
const onlyB = { components: { nats: [B], collector: [B], etcd: [B] }, properties };
const withoutEtcd = { components: { nats: [B], collector: [B] }, properties };

const mutationsOf = async (address: string) =>
  (await cluster.ledgerOf(address)).filter(({ event }) => event === 'started').length;

const reason = await cluster.reasonToSkip();

describe.skipIf(reason !== undefined)(
  `clusters that shrink and move, by ${COMPOSITION}${reason === undefined ? '' : ` (left out: ${reason})`}`,
  () => {
    let engine: Awaited<ReturnType<typeof createComposedEngine>>;

    const changes = async () =>
      (await engine.plan()).instances
        .filter(({ change }) => change !== 'untouched')
        .map(({ id, address, change }) => `${change} ${id} on ${address}`)
        .toSorted();
    const deployed = async (configuration: object, withinMs?: number) => {
      await engine.configure(configuration as never);
      const { run } = await engine.deploy();
      return engine.ended(run, withinMs);
    };
    const allRun = () =>
      until(async () => {
        const rows = await engine.status();
        return rows.length > 0 && rows.every(({ Status }) => Status === 'RUNNING');
      }, 'all run');

    beforeAll(async () => {
      await cluster.nodes('down', '--wipe');
      await cluster.nodes('up', '2');
      await Promise.all([A, B].map((address) => cluster.setRootPassword(address)));
      engine = await createComposedEngine();
      await engine.start();
      expect(await deployed(both, COLD_MS)).toMatchObject({ outcome: 'ok' });
    }, COLD_MS);

    afterAll(async () => {
      await engine?.stop();
      await cluster.nodes('down', '--wipe');
    });

    it('removes the first of a component, moves another, and leaves the empty node, under a killed worker', async () => {
      await cluster.onNode(A, 'mkdir -p /var/vcap/store/nats && echo precious >/var/vcap/store/nats/file');
      await engine.configure(onlyB as never);
      expect(await changes()).toEqual([
        `added collector/1 on ${B}`,
        `changed nats/1 on ${B}`,
        `removed collector/0 on ${A}`,
        `removed nats/0 on ${A}`,
      ]);
      const { run } = await engine.deploy();
      const removals = async () =>
        (await cluster.ledgerOf(A)).filter((line) => line.event === 'started' && line.run === run);
      await until(async () => (await removals()).length > 0, 'the removal is at work', COLD_MS);
      await engine.kill('worker');
      expect(await engine.ended(run)).toMatchObject({ outcome: 'ok' });
      const keys = (await removals()).map(({ key }) => key);
      expect(new Set(keys).size).toBe(keys.length);

      const left = await cluster.onNode(
        A,
        `cd /var/lib/deployment-engine && ls
         ls /var/vcap/bosh/instances /var/vcap/jobs /var/vcap/monit/job
         cat /var/vcap/store/removed/*/nats/file; grep -c deployment-engine /etc/hosts || true
         id -u vcap; ! grep -rq :500 /etc/apt/sources.list /etc/apt/sources.list.d`,
      );
      expect(left.replace(/\s+/g, ' ')).toBe(
        'ledger lock /var/vcap/bosh/instances: /var/vcap/jobs: /var/vcap/monit/job: precious 0 5100',
      );
      await allRun();
      expect(await changes()).toEqual([]);
    });

    it('takes a node back into the cluster', async () => {
      expect(await deployed(both, COLD_MS)).toMatchObject({ outcome: 'ok' });
      await allRun();
      expect(await changes()).toEqual([]);
    });

    it('asks before data is left behind, and does not wait for a node that is gone', async () => {
      await cluster.nodes('cut', A);
      await engine.configure(withoutEtcd as never);
      const plan = await engine.plan();
      expect(
        plan.instances
          .find(({ id }) => id === 'nats/0')
          ?.reasons.map(inEnglish)
          .join('; '),
      ).toContain(`${A} does not answer`);
      const before = await mutationsOf(B);
      const refused = await engine.get('/deploy');
      expect(refused.status).toBe(409);
      expect(await refused.json()).toMatchObject({ code: 'ConfirmationNeeded', hash: plan.hash });
      expect(await mutationsOf(B)).toBe(before);

      const accepted = await engine.get(`/deploy?confirm=${plan.hash}`);
      expect(accepted.status).toBe(202);
      const { run } = (await accepted.json()) as { run: number };
      expect(await engine.ended(run)).toMatchObject({ outcome: 'ok' });
      expect(await changes()).toEqual([`removed collector/0 on ${A}`, `removed nats/0 on ${A}`]);

      await cluster.nodes('heal', A);
      const next = await engine.deploy();
      expect(await engine.ended(next.run)).toMatchObject({ outcome: 'ok' });
      expect(await cluster.onNode(A, 'ls /var/lib/deployment-engine | tr "\\n" " "')).toBe('ledger lock');
      expect(await changes()).toEqual([]);
    });
  },
);
