import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sh } from '../../../domain/command.ts';
import { readLedger } from '../../support/ledger.ts';
import { createLocalNode, type LocalNode } from '../../support/local-node.ts';
import { FENCE, runRequest } from '../../support/run-request.ts';

let node: LocalNode;

beforeEach(async () => {
  node = createLocalNode();
  await node.session.installRunner(FENCE);
  await node.session.run(runRequest({ command: sh`true` }));
});
afterEach(() => node.remove());

it('gives up the claim and takes all away but the ledger, as often as it is asked to', async () => {
  await node.session.leave(FENCE);
  await node.session.leave(FENCE);
  expect(readdirSync(node.directory).toSorted()).toEqual(['ledger', 'lock']);
  expect(readLedger(node.directory).map(({ event }) => event)).toEqual(['started', 'ended']);
  expect(await node.session.read(sh`true`)).toMatchObject({ owner: undefined, position: 2 });
});

it('lets any engine in after that', async () => {
  await node.session.leave(FENCE);
  await node.session.installRunner({ ...FENCE, engine: 'another-engine' });
  expect((await node.session.read(sh`true`)).owner).toBe('another-engine');
});

it('is refused to an older run and to another engine', async () => {
  await expect(node.session.leave({ ...FENCE, run: FENCE.run - 1 })).rejects.toMatchObject({ code: 'Superseded' });
  await expect(node.session.leave({ ...FENCE, engine: 'b' })).rejects.toMatchObject({ code: 'DuplicateController' });
  expect((await node.session.read(sh`true`)).owner).toBe(FENCE.engine);
});
