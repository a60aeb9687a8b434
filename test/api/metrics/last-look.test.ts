import { expect, it } from 'vitest';
import { configurationDocument, postConfiguration, startGateway } from '../gateway.ts';
import { scrape } from './scrape.ts';

const A = '10.10.101.182';
const B = '10.10.101.183';
const seen = { cpuPercent: 0, memoryPercent: 0, diskPercent: 0, seenAt: Date.now(), detail: '' };

it('counts as down, and as unreachable, only what is there to be up', async () => {
  const gateway = await startGateway();
  const { installed, statuses } = gateway.store;
  await postConfiguration(gateway, configurationDocument([A, B]));
  const nats = [A, B].map((address, number) => ({ id: `nats/${number}`, component: 'nats', number, address }) as const);
  const look = (detail: string) => statuses.save(nats.map((each) => ({ ...seen, ...each, isRunning: false, detail })));
  const counts = async () => {
    const samples = await scrape(gateway);
    const states = ['running', 'down', 'stopped', 'not_started'];
    const instances = states.map((state) => samples.get(`deployment_engine_instances{state="${state}"}`));
    return [...instances, samples.get('deployment_engine_unreachable_nodes')];
  };
  await look('unreachable');
  expect(await counts()).toEqual([0, 0, 0, 2, 0]);
  for (const each of nats) await installed.note(each, { revision: 1, release: 'r' });
  await look('installed, never started');
  expect(await counts()).toEqual([0, 0, 0, 2, 2]);
  await look('nats does not exist');
  expect(await counts()).toEqual([0, 2, 0, 0, 2]);
  await installed.setStopped('nats/1', Date.now());
  expect(await counts()).toEqual([0, 1, 1, 0, 2]);
});

it('forgets an instance once it is removed, not while it is only no longer wanted', async () => {
  const gateway = await startGateway();
  const { installed, statuses } = gateway.store;
  await postConfiguration(gateway, configurationDocument([A]));
  const removed = { id: 'dea/7', component: 'dea', number: 7, address: B } as const;
  await installed.note(removed, { revision: 1, release: 'r' });
  await statuses.save([{ ...seen, ...removed, isRunning: false }]);
  const down = async () => {
    const samples = await scrape(gateway);
    return [
      samples.get('deployment_engine_instances{state="down"}'),
      samples.get('deployment_engine_unreachable_nodes'),
    ];
  };
  expect(await down()).toEqual([1, 1]);
  await installed.remove(removed.id);
  expect(await down()).toEqual([0, 0]);
});

it('tells the age of a look of an hour ago, and nothing of what it saw', async () => {
  const gateway = await startGateway();
  await postConfiguration(gateway, configurationDocument([A]));
  const seenAt = Date.now() - 3_600_000;
  await gateway.store.statuses.save([
    { ...seen, seenAt, id: 'nats/0', component: 'nats', address: A, isRunning: true },
  ]);
  const samples = await scrape(gateway);
  expect(samples.get('deployment_engine_last_look_age_seconds')).toBeGreaterThanOrEqual(3_600);
  expect([...samples.keys()].filter((name) => /_(instances|unreachable_nodes)\b/.test(name))).toEqual([]);
});
