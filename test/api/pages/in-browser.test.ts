import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { inBrowser, reasonWithoutBrowser } from '../../integration/web-ui.ts';
import { until } from '../../support/until.ts';
import { line } from '../gateway.ts';
import { askedGateway } from '../http/asked-gateway.ts';
import { gatewayWithRun } from '../log-socket/log-reader.ts';

/** A cable to a gateway, which can be pulled and put back. */
async function cableTo(url: string) {
  const { port } = new URL(url);
  const ends = new Set<Socket>();
  let isPulled = false;
  const cable = createServer((near) => {
    if (isPulled) return void near.destroy();
    const far = connect(Number(port), '127.0.0.1');
    for (const end of [near, far]) ends.add(end.on('error', () => end.destroy()));
    near.pipe(far).pipe(near);
  }).listen(0, '127.0.0.1');
  await once(cable, 'listening');
  const pull = (): void => {
    isPulled = true;
    for (const end of ends) end.destroy();
  };
  onTestFinished(() => {
    pull();
    cable.close();
  });
  const putBack = (): void => void (isPulled = false);
  return { url: `http://127.0.0.1:${(cable.address() as AddressInfo).port}`, pull, putBack };
}

describe.skipIf(reasonWithoutBrowser !== undefined)('a page of the engine in a browser', { timeout: 240_000 }, () => {
  it('has the log go on with the next line after a lost connection', async () => {
    const gateway = await gatewayWithRun();
    const cable = await cableTo(gateway.url);
    await inBrowser(async (page) => {
      await page.goto(`${cable.url}/deployment-engine/log.html`);
      await page.getByText('[local] three').waitFor();
      cable.pull();
      await page.locator('#state[data-state=lost]').waitFor();
      await gateway.store.log.append(1, [line('four')]);
      cable.putBack();
      await page.getByText('[local] four').waitFor();
      const shown = await page.locator('#log [data-stream]').allTextContents();
      expect(shown.map((each) => each.replace(/^\S+ /, ''))).toEqual([
        '[10.0.0.1] one',
        '[nats_0] <two> & "2"',
        '[local] three',
        '[local] four',
      ]);
      expect(await page.locator('#state').getAttribute('data-state')).toBe('live');
    });
  });

  it('says how many instances run, and leads to their rows and their machines', async () => {
    const { gateway, done } = await askedGateway();
    const nats = { id: 'nats/0', component: 'nats', address: '10.10.101.182' } as const;
    await gateway.store.installed.note({ ...nats, number: 0 }, { revision: 1, release: 'r' });
    const seen = { cpuPercent: 1, memoryPercent: 80, diskPercent: 8, seenAt: Date.now() };
    await gateway.store.statuses.save([{ ...nats, ...seen, isRunning: true, detail: '' }]);
    await inBrowser(async (page) => {
      for (const [name, shown] of [
        ['status', '"Status":"RUNNING"'],
        ['hardware', '"DISK":'],
      ] as const) {
        await page.goto(gateway.url);
        await page.getByText('1 of 4 instances are running.').waitFor();
        await page.getByRole('link', { name, exact: true }).click();
        await until(async () => (await page.content()).includes(shown), `${name} is shown`);
      }
    });
    expect(done).toEqual(['hardware']);
  });
});
