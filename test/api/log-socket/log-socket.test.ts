import { expect, it } from 'vitest';
import { until } from '../../support/until.ts';
import { beginRun, endRun, line, startGateway } from '../gateway.ts';
import { gatewayWithRun, read } from './log-reader.ts';

const texts = (frames: readonly string[]): string[] => frames.map((frame) => frame.replace(/^(\[.*?\]) \S+ /, '$1 '));

it('shows the current run from its first line, then what follows, until the client leaves', async () => {
  const gateway = await gatewayWithRun();
  const { frames, socket, closed } = await read(gateway);
  await until(() => frames.length === 3, 'the lines so far');
  await gateway.store.log.append(1, [line('four')]);
  await until(() => frames.length === 4, 'the new line');
  expect(texts(frames)).toEqual(['[10.0.0.1] one', '[nats_0] &lt;two&gt; &amp; "2"', '[local] three', '[local] four']);
  expect(frames[0]).toMatch(/^\[10\.0\.0\.1\] \d\d:\d\d:\d\d one$/);
  socket.close();
  await closed;
});

it('ends with the run when asked to', async () => {
  const gateway = await gatewayWithRun();
  const { frames, closed } = await read(gateway, '?run=1&until=end&format=raw');
  await endRun(gateway, 1);
  expect(await closed).toBe(1000);
  expect(texts(frames)).toEqual(['[10.0.0.1] one', '[nats_0] <two> & "2"', '[local] three', '[local] deploy 1 OK']);
});

it('goes on after a line, or with one stream', async () => {
  const gateway = await gatewayWithRun();
  await endRun(gateway, 1);
  const rest = await read(gateway, '?run=1&from=2&until=end&format=json');
  await rest.closed;
  expect(rest.frames.map((frame) => JSON.parse(frame) as unknown)).toMatchObject([
    { seq: 3, run: 1, stream: 'local', level: 'info', step: null, line: 'three' },
    { seq: 4, line: 'deploy 1 OK' },
  ]);
  const stream = await read(gateway, '?run=1&stream=nats_0&until=end&format=raw');
  await stream.closed;
  expect(texts(stream.frames)).toEqual(['[nats_0] <two> & "2"']);
});

it('shows the last 1000 lines of a run that is over, then the next run', async () => {
  const gateway = await startGateway();
  await beginRun(gateway, 'first');
  const many = Array.from({ length: 1500 }, (_, index) => line(`line ${index + 1}`));
  await gateway.store.log.append(1, many);
  await endRun(gateway, 1);
  const { frames } = await read(gateway, '?format=raw');
  await until(() => frames.length === 1000, 'the last lines');
  expect(texts(frames)[0]).toBe('[local] line 502');
  await beginRun(gateway, 'second');
  await gateway.store.log.append(2, [line('of the second run')]);
  await until(() => frames.length === 1001, 'the next run');
  expect(texts(frames).at(-1)).toBe('[local] of the second run');
});

it('shows the first run from its first line, however much was logged before it', async () => {
  const gateway = await startGateway();
  const before = Array.from({ length: 1500 }, (_, index) => line(`line ${index + 1}`));
  await gateway.store.log.append(0, before);
  const { frames } = await read(gateway, '?format=raw');
  await beginRun(gateway, 'first');
  await gateway.store.log.append(1, [line('of the first run')]);
  await until(() => frames.length === 1, 'its line');
  expect(texts(frames)).toEqual(['[local] of the first run']);
});

it('shows a long current run from its first line', async () => {
  const gateway = await startGateway();
  await beginRun(gateway, 'first');
  await gateway.store.log.append(
    1,
    Array.from({ length: 1500 }, (_, index) => line(`line ${index + 1}`)),
  );
  const { frames } = await read(gateway, '?format=raw');
  await until(() => frames.length === 1500, 'all lines');
  expect(texts(frames)[0]).toBe('[local] line 1');
});

it('ends for its readers when its workflow was terminated', async () => {
  const gateway = await gatewayWithRun();
  gateway.cluster.stateOf = () => Promise.resolve('stopped');
  const { frames, closed } = await read(gateway, '?run=1&until=end&format=raw');
  expect(await closed).toBe(1000);
  expect(texts(frames).at(-1)).toMatch(/ deploy 1 TERMINATED$/);
});

it('waits for the first run', async () => {
  const gateway = await startGateway();
  const { frames } = await read(gateway);
  await beginRun(gateway, 'first');
  await gateway.store.log.append(1, [line('one')]);
  await until(() => frames.length === 1, 'the first line');
});

it('serves a slow reader everything, in order, each line once', async () => {
  const gateway = await startGateway();
  await beginRun(gateway, 'first');
  const { frames, socket, closed } = await read(gateway, '?run=1&until=end&format=json');
  socket.pause();
  for (let batch = 0; batch < 20; batch++)
    await gateway.store.log.append(
      1,
      Array.from({ length: 500 }, (_, index) => line(`${batch}/${index} ${'x'.repeat(200)}`)),
    );
  await endRun(gateway, 1);
  socket.resume();
  await closed;
  expect(frames.map((frame) => (JSON.parse(frame) as { seq: number }).seq)).toEqual(
    Array.from({ length: 10_001 }, (_, index) => index + 1),
  );
});

it('says first which lines are gone', async () => {
  let now = 1_000;
  const gateway = await startGateway({ clock: () => now });
  await gateway.store.nodes.ensureNumbers([{ component: 'nats', address: '10.0.0.1' }]);
  await beginRun(gateway, 'first');
  await gateway.store.log.append(1, [line('one'), line('two', 'nats_0'), line('three')]);
  await endRun(gateway, 1);
  now = 5_000;
  await beginRun(gateway, 'second');
  await gateway.store.log.append(2, [line('of the second run')]);
  await endRun(gateway, 2);
  await gateway.store.log.forget(4_000);
  const all = async (query: string): Promise<string[]> => {
    const { frames, closed } = await read(gateway, query);
    await closed;
    return texts(frames);
  };
  const end = '[local] deploy 1 OK';
  expect(await all('?run=1&until=end')).toEqual(['gap: 1-3', end]);
  expect(await all('?run=1&from=1&until=end&format=raw')).toEqual(['gap: 2-3', end]);
  expect(await all('?run=1&from=3&until=end')).toEqual([end]);
  expect(await all('?run=1&stream=nats_0&until=end')).toEqual(['gap: 1-3']);
  const [gap, last] = (await all('?run=1&until=end&format=json')).map((frame) => JSON.parse(frame) as unknown);
  expect(gap).toEqual({ seq: 3, time: null, run: 1, stream: 'local', level: 'warn', step: null, line: 'gap: 1-3' });
  expect(last).toMatchObject({ seq: 4, line: 'deploy 1 OK' });
  expect(await all('?run=2&until=end')).toEqual(['[local] of the second run', '[local] deploy 2 OK']);
});
