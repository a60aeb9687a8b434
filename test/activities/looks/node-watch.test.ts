import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { createNodeWatch } from '../../../activities/looks/node-watch.ts';
import { DeploymentEngineError } from '../../../domain/errors.ts';
import { keptBytes } from '../kept-bytes.ts';

const OWN = [
  { id: 'nats/0', component: 'nats', address: '10.0.0.1' },
  { id: 'uaa/1', component: 'uaa', address: '10.0.0.1' },
] as const;
const service = (status: number) => `<service type="3"><name>nats</name><status>${status}</status></service>`;
const answer = (cpu: string, status: number, words = '') =>
  `cpu  ${cpu}\nMemTotal: 200\nMemFree: 20\nBuffers: 10\nCached: 20\nentries a b\n${service(status)}\n${words}`;

let asked: string[];
let says: (words: string) => string;
let opened: number;
let closed: number;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
  [asked, opened, closed] = [[], 0, 0];
  says = (words) => answer('1 0 1 8', 0, words === 'glance' ? '' : ALL_WELL);
});
afterEach(() => vi.useRealTimers());

const ALL_WELL = '@@instance nats_0\nnats running\n@@instance uaa_1\nuaa running\n';

const watch = () =>
  createNodeWatch('engine-a', async () => ({
    openDialogue: async () => {
      opened += 1;
      return {
        ask: async (words: string) => {
          asked.push(words);
          return says(words);
        },
        close: () => {
          closed += 1;
        },
      };
    },
  }));

it('asks for the instances once, and glances while nothing changes, but not for ever', async () => {
  const node = watch();
  for (let round = 0; round < 13; round++)
    expect((await node.look(OWN)).map(({ isRunning }) => isRunning)).toEqual([true, true]);
  expect(asked).toEqual(['full nats_0 uaa_1', ...Array<string>(11).fill('glance'), 'full nats_0 uaa_1']);
  expect(opened).toBe(1);
});

it('leaves no program on a node that it was just entering when it ended', async () => {
  const entered = Promise.withResolvers<void>();
  let isLeft = false;
  const node = createNodeWatch('engine-a', async () => {
    await entered.promise;
    return {
      openDialogue: async () => {
        opened += 1;
        return {
          ask: async () => {
            if (isLeft) throw new DeploymentEngineError('ConnectionLost', 'it was closed');
            return answer('1 0 1 8', 0, ALL_WELL);
          },
          close: () => {
            isLeft = true;
          },
        };
      },
    };
  });
  const look = node.look(OWN);
  node.close();
  entered.resolve();
  await look.catch(() => undefined);
  expect([opened, isLeft, node.isOpen()]).toEqual([1, true, false]);
});

it('keeps of what a node says only what it needs', async () => {
  const named = ALL_WELL.replaceAll('nats', 'a_process_of_a_long_name');
  says = () => Buffer.from(`${'x'.repeat(100_000)}${asked.length}\n${answer('1 0 1 8', 0, named)}`).toString();
  const bytes = await keptBytes(async () => {
    const nodes = Array.from({ length: 100 }, watch);
    for (const node of nodes) await node.look(OWN);
    return nodes;
  });
  expect(bytes).toBeLessThan(2_000_000);
});

it('asks for the instances at once when a glance shows a change', async () => {
  const node = watch();
  await node.look(OWN);
  says = (words) =>
    answer('1 0 1 8', 512, words === 'glance' ? '' : ALL_WELL.replace('nats running', 'nats does not exist'));
  expect((await node.look(OWN)).map(({ detail }) => detail)).toEqual(['nats does not exist', '']);
  expect(asked).toEqual(['full nats_0 uaa_1', 'glance', 'full nats_0 uaa_1']);
});

it('shows at once that a process is gone which monit still believes to run', async () => {
  const node = watch();
  const xml = '<service type="3"><name>nats</name><status>0</status><pid>71</pid></service>';
  says = (words) => `cpu  1 0 1 8\n${xml}\n${words.startsWith('glance') ? '' : ALL_WELL}`;
  await node.look(OWN);
  const well = says;
  says = (words) => `${well(words)}gone 71\n`;
  expect((await node.look(OWN)).map(({ isRunning, detail }) => [isRunning, detail])).toEqual([
    [false, 'nats does not exist'],
    [true, ''],
  ]);
  expect(asked).toEqual(['full nats_0 uaa_1', 'glance 71']);
});

it('asks for the instances often where one does not run', async () => {
  const node = watch();
  says = (words) =>
    answer('1 0 1 8', 0, words === 'glance' ? '' : ALL_WELL.replace('uaa running', 'uaa does not exist'));
  for (let round = 0; round < 3; round++) await node.look(OWN);
  says = (words) => answer('1 0 1 8', 0, words === 'glance' ? '' : ALL_WELL);
  expect((await node.look(OWN)).map(({ isRunning }) => isRunning)).toEqual([true, false]);
  expect((await node.look(OWN)).map(({ isRunning }) => isRunning)).toEqual([true, true]);
});

it('has seen no later than when it began to look', async () => {
  const node = watch();
  says = (words) => {
    vi.advanceTimersByTime(3_000);
    return answer('1 0 1 8', 0, words === 'glance' ? '' : ALL_WELL);
  };
  expect((await node.look(OWN)).map(({ seenAt }) => seenAt - 1_800_000_000_000)).toEqual([0, 0]);
});

it('asks for instances that have come', async () => {
  const node = watch();
  await node.look(OWN.slice(0, 1));
  await node.look(OWN);
  expect(asked).toEqual(['full nats_0', 'full nats_0 uaa_1']);
});

it('tells the load since the look before, and since boot after a restart', async () => {
  const node = watch();
  const load = async (cpu: string) => {
    says = () => answer(cpu, 0, ALL_WELL);
    return (await node.look(OWN))[0]?.cpuPercent;
  };
  expect(await load('10 0 10 80 0 0 0 0')).toBe(20);
  expect(await load('20 0 20 160 10 0 0 0')).toBeCloseTo(100 * (20 / 110));
  expect(await load('1 0 0 3')).toBe(25);
  expect((await node.look(OWN))[0]).toMatchObject({ memoryPercent: 75 });
});

it('begins anew when its program is gone, and has rows for a node that is', async () => {
  const node = watch();
  await node.look(OWN);
  let lost = 1;
  const well = says;
  says = (words) => {
    if (lost-- > 0) throw new DeploymentEngineError('ConnectionLost', 'gone');
    return well(words);
  };
  expect((await node.look(OWN))[0]).toMatchObject({ isRunning: true });
  expect([opened, closed]).toEqual([2, 1]);
  lost = 2;
  expect((await node.look(OWN))[0]).toMatchObject({ isRunning: false, detail: 'unreachable' });
});

it('lets its program go after a while, since accounts change', async () => {
  const node = watch();
  await node.look(OWN);
  const later = performance.now() + 601_000;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => later);
  onTestFinished(() => clock.mockRestore());
  await node.look(OWN);
  expect([opened, closed]).toEqual([2, 1]);
  node.close();
  expect(closed).toBe(2);
});
