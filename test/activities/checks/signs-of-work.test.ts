import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readAnswers } from '../../../activities/checks/answers.ts';
import { foundClaim, readClaim } from '../../../activities/checks/claim.ts';
import { readSigns, signsIn } from '../../../activities/checks/signs-of-work.ts';
import { lookWhenAsked, watchMark } from '../../../activities/looks/look-program.ts';
import { sh } from '../../../domain/command.ts';
import { createLocalNode, type LocalNode } from '../../support/local-node.ts';
import { FENCE, runRequest } from '../../support/run-request.ts';
import { until } from '../../support/until.ts';

const WATCHER = `engine-a-${process.pid}`;

let node: LocalNode;

beforeEach(async () => {
  node = createLocalNode();
  await node.session.installRunner(FENCE);
});
afterEach(() => node.remove());

/** What an engine sees that is not the owner. */
async function signs(engine = 'engine-b') {
  const { text } = readSigns(watchMark(engine));
  // Other watches on this machine are none of ours.
  const own = text
    .replaceAll('/var/lib/deployment-engine', node.directory)
    .replaceAll('while read -r words; do loo[k]', `watcher=[e]${WATCHER.slice(1)}`);
  const read = { text: own, secrets: {} };
  return signsIn(readAnswers((await node.session.read(read)).stdout));
}

/** The newest change was some time ago. */
const age = (seconds: number): void => {
  const ledger = join(node.directory, 'ledger');
  const at = new Date(Date.now() - seconds * 1000).toISOString().replace(/\.\d+/, '');
  writeFileSync(ledger, readFileSync(ledger, 'utf8').replaceAll(/"at":"[^"]*"/g, `"at":"${at}"`));
};

it('are none on a node whose engine has done nothing for a while', async () => {
  expect(await signs()).toEqual({ signs: [], generation: 0 });
  await node.session.run(runRequest());
  age(61);
  expect(await signs()).toEqual({ signs: [], generation: 1 });
  // A clock that was set back.
  age(-3_600);
  expect((await signs()).signs).toEqual([]);
});

it('are a change just now, but not one that was refused', async () => {
  await node.session.run(runRequest());
  expect((await signs()).signs).toEqual([expect.stringMatching(/^it has changed the node \d+ s ago/)]);
  age(61);
  await expect(node.session.run(runRequest({ fence: { ...FENCE, run: 6 } }))).rejects.toThrow();
  expect((await signs()).signs).toEqual([]);
});

it('are a command that runs, however long', async () => {
  const gate = join(node.directory, 'gate');
  const trace = join(node.directory, 'trace');
  const command = sh`touch ${trace}; while [ ! -e ${gate} ]; do sleep 0.05; done`;
  const running = node.session.run(runRequest({ command }));
  await until(() => existsSync(trace), 'it runs');
  age(3_600);
  expect((await signs()).signs).toEqual(['a command of its run 7 runs there; it ends by itself']);
  writeFileSync(gate, '');
  await running;
});

it('are a watch of another engine while it is asked, and no watch that nobody asks any more', async () => {
  const dialogue = await node.session.openDialogue(lookWhenAsked(WATCHER));
  await dialogue.ask('glance', 10_000);
  expect((await signs()).signs).toEqual([]);
  const asking = setInterval(() => void dialogue.ask('glance', 10_000).catch(() => undefined), 1_000);
  const [others, own] = await Promise.all([signs('engine-b'), signs(WATCHER)]);
  clearInterval(asking);
  dialogue.close();
  expect([others.signs, own.signs]).toEqual([['its watch keeps looking at the node'], []]);
});

it('stand beside a claim that is read as the runner reads it', async () => {
  const read = async () => {
    const text = readClaim.text
      .replaceAll('/var/lib/deployment-engine', node.directory)
      .replaceAll('/var/vcap', join(node.directory, 'vcap'));
    return foundClaim(readAnswers((await node.session.read({ text, secrets: {} })).stdout));
  };
  const write = (file: string, text: string): void => writeFileSync(join(node.directory, file), text);
  mkdirSync(join(node.directory, 'vcap/bosh/instances/cloud_controller_ng_12'), { recursive: true });
  expect(await read()).toMatchObject({
    claim: { owner: 'engine-a', generation: 1 },
    claimant: { engine: 'engine-a' },
    instances: ['cloud_controller_ng/12'],
  });
  // Cut off between the two copies.
  write('fence', 'engine-b 2 1\n');
  expect((await read()).claim).toEqual({ owner: 'engine-b', generation: 2 });
  for (const half of ['engine-b 2', '', '\0\0\0\0']) {
    write('fence', half);
    expect((await read()).claim).toEqual({ owner: 'engine-a', generation: 1 });
  }
  write('owner', 'engine-a 1');
  expect((await read()).claim).toEqual({ owner: '?', generation: 0 });
});
