import { expect, it } from 'vitest';
import { beginRun, configurationDocument, endRun, postConfiguration, startGateway } from './gateway.ts';

const NOW = 1_800_000_000_000;

it('needs a configuration', async () => {
  const { fetch: ask } = await startGateway();
  expect((await ask('/deployment-engine/status')).status).toBe(403);
});

it('shows every instance of the posted configuration as down before it is installed', async () => {
  const gateway = await startGateway();
  await postConfiguration(gateway);
  const answer = await gateway.fetch('/deployment-engine/status');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('application/json;charset=utf-8');
  const rows = (await answer.json()) as object[];
  expect(rows).toHaveLength(4);
  expect(rows[0]).toEqual({
    Comp: 'haproxy',
    Ip: '10.10.101.181',
    Cpu: '0%',
    Mem: '0%',
    Disk: '0%',
    Status: 'DOWN',
    Detail: 'not installed',
  });
});

it('goes on with the deployed revision, in the numbers of the document', async () => {
  const gateway = await startGateway({ clock: () => NOW });
  await postConfiguration(gateway, configurationDocument(['10.10.101.182']));
  const { number } = await beginRun(gateway, 'first');
  await endRun(gateway, number);
  await postConfiguration(gateway, configurationDocument(['10.0.0.9']));
  const seen = { cpuPercent: 1.1884412, memoryPercent: 81.744, diskPercent: 8.3, seenAt: NOW - 3200 };
  await gateway.store.statuses.save([
    { id: 'nats/0', component: 'nats', address: '10.10.101.182', ...seen, isRunning: true, detail: '' },
    { id: 'dea/0', component: 'dea', address: '10.10.101.182', ...seen, isRunning: false, detail: 'starting' },
  ]);
  const rows = (await (await gateway.fetch('/deployment-engine/status')).json()) as { Comp: string; Ip: string }[];
  expect(rows.map(({ Comp, Ip }) => `${Comp} ${Ip}`)).not.toContain('nats 10.0.0.9');
  expect(rows.slice(1)).toEqual([
    { Comp: 'nats', Ip: '10.10.101.182', Cpu: '1.18844%', Mem: '81.74%', Disk: '8%', Status: 'RUNNING', Age: 3 },
    {
      Comp: 'dea',
      Ip: '10.10.101.182',
      Cpu: '1.18844%',
      Mem: '81.74%',
      Disk: '8%',
      Status: 'DOWN',
      Detail: 'starting',
      Age: 3,
    },
  ]);
});
