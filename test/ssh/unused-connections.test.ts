import { expect, it } from 'vitest';
import { ANSWER_END } from '../../domain/answer-end.ts';
import { sh } from '../../domain/command.ts';
import { newHostKey } from '../support/ssh-server.ts';
import { until } from '../support/until.ts';
import { ADDRESS, asRoot, connectTo, LOGIN, serve } from './ssh-node.ts';

it('leaves a node that nobody needs any more, once what works there has ended', async () => {
  const server = await serve(asRoot);
  const connections = connectTo(server, { keepShellsMs: 60_000 });
  const session = await connections.node(ADDRESS, LOGIN, 'anyone');
  await session.read(sh`true`);
  const dialogue = await session.openDialogue({ text: 'while read -r word; do echo; done', secrets: {} });
  connections.forget(ADDRESS);
  await expect(dialogue.ask('x', 10_000)).rejects.toMatchObject({ code: 'ConnectionLost' });
  await until(() => server.open() === 0, 'its connection is closed');
  expect(connections.tally()).toEqual({ open: 0, opened: 1 });
});

it('closes a connection that nothing uses, and none that is in use', async () => {
  const hostKey = newHostKey();
  const [server, other] = [await serve(asRoot, { hostKey }), await serve(asRoot, { hostKey })];
  const idleMs = 50;
  const watched = await connectTo(server, { idleMs }).node(ADDRESS, LOGIN, 'anyone');
  const dialogue = await watched.openDialogue({ text: `while read -r word; do echo ${ANSWER_END}; done`, secrets: {} });
  const unwatched = await connectTo(other, { idleMs }).node(ADDRESS, LOGIN, 'anyone');
  for (let round = 0; round < 2; round += 1) {
    expect((await unwatched.read(sh`echo here`)).stdout).toBe('here\n');
    await until(() => other.open() === 0, 'nothing uses it');
  }
  await dialogue.ask('x', 10_000);
  expect(server.open()).toBe(1);
  dialogue.close();
  await until(() => server.open() === 0, 'nothing uses it any more');
});
