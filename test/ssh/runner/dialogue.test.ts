import { afterEach, expect, it } from 'vitest';
import { lookWhenAsked } from '../../../activities/looks/look-program.ts';
import { parseLook } from '../../../activities/looks/node-look.ts';
import { ANSWER_END } from '../../../domain/answer-end.ts';
import { sh } from '../../../domain/command.ts';
import { Secret } from '../../../domain/secret.ts';
import { createLocalNode, type LocalNode } from '../../support/local-node.ts';

let node: LocalNode;
afterEach(() => node.remove());

const answering = (answer: string) => ({
  secrets: {},
  text: `while IFS= read -r word; do ${answer}; echo ${ANSWER_END}; done`,
});

it('is one program that answers line after line', async () => {
  node = createLocalNode();
  const dialogue = await node.session.openDialogue(answering('echo "$$ $word"; cat </dev/null'));
  const [first, second] = [await dialogue.ask('one', 10_000), await dialogue.ask('two  words', 10_000)];
  expect([first.split(' ').slice(1), second.split(' ').slice(1)]).toEqual([['one\n'], ['two', '', 'words\n']]);
  expect(second.split(' ')[0]).toBe(first.split(' ')[0]);
  dialogue.close();
  await expect(dialogue.ask('three', 10_000)).rejects.toMatchObject({ code: 'ConnectionLost' });
});

it('knows the secrets of its command', async () => {
  node = createLocalNode();
  const { secrets } = sh`${new Secret('word', `it's a canary`)}`;
  const [name = ''] = Object.keys(secrets);
  const dialogue = await node.session.openDialogue({ ...answering(`printf '%s\n' "$${name}"`), secrets });
  expect(await dialogue.ask('x', 10_000)).toBe(`it's a canary\n`);
  dialogue.close();
});

it('ends with its connection, and when an answer does not come in time', async () => {
  node = createLocalNode();
  const cut = await node.session.openDialogue(answering('sleep 300'));
  const lost = expect(cut.ask('x', 60_000)).rejects.toMatchObject({ code: 'ConnectionLost' });
  node.cut();
  await lost;
  const slow = await node.session.openDialogue(answering('sleep 300'));
  await expect(slow.ask('x', 200)).rejects.toMatchObject({ code: 'CommandTimedOut' });
  await expect(slow.ask('x', 60_000)).rejects.toMatchObject({ code: 'ConnectionLost' });
});

it('takes a long answer, and ends where one has no end', async () => {
  node = createLocalNode();
  const dialogue = await node.session.openDialogue(answering('head -c "$word" /dev/zero | tr "\\0" x'));
  const begun = process.cpuUsage().user;
  expect((await dialogue.ask('12000000', 60_000)).length).toBe(12_000_000);
  expect((process.cpuUsage().user - begun) / 1000).toBeLessThan(3_000);
  await expect(dialogue.ask('40000000', 60_000)).rejects.toMatchObject({
    code: 'NodeProtocolError',
    message: expect.stringContaining('its answer has more than 16.8 MB') as string,
  });
  await expect(dialogue.ask('1', 60_000)).rejects.toMatchObject({ code: 'ConnectionLost' });
});

it('ends a read that has no end', async () => {
  node = createLocalNode();
  await expect(node.session.read(sh`cat /dev/zero`)).rejects.toMatchObject({
    code: 'NodeProtocolError',
    message: expect.stringContaining('its answer has more than 16.8 MB') as string,
  });
  expect((await node.session.read(sh`head -c 12000000 /dev/zero`)).stdout).toHaveLength(12_000_000);
});

it('carries looks at a real machine', async () => {
  node = createLocalNode();
  const dialogue = await node.session.openDialogue(lookWhenAsked('engine-a'));
  const full = parseLook(await dialogue.ask('full nats_0', 20_000));
  const glance = parseLook(await dialogue.ask('glance', 20_000));
  dialogue.close();
  expect(full.instances.get('nats_0')).toEqual({ processes: [], isInstalled: false, wasStarted: false });
  expect([...glance.instances]).toEqual([]);
  expect(glance.cpu.total).toBeGreaterThanOrEqual(full.cpu.total);
  for (const percent of [glance.memoryPercent, glance.diskPercent]) {
    expect(percent).toBeGreaterThan(0);
    expect(percent).toBeLessThan(100);
  }
  expect(glance.signature).toBe(full.signature);
});
