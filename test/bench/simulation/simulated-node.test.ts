import { afterEach, expect, it } from 'vitest';
import { checkCommand, lookCommand, splitChecks } from '../../../activities/checks/probe.ts';
import { start } from '../../../activities/steps/start.ts';
import { listen } from '../../../bench/simulation/listen.ts';
import { Secret } from '../../../domain/secret.ts';
import { createConnections } from '../../../ssh/connections.ts';
import { createIdentity } from '../../support/create-identity.ts';
import { createKnownHosts } from '../../support/known-hosts.ts';
import { FENCE, runRequest } from '../../support/run-request.ts';

const LOGIN = {
  user: 'vcap',
  password: new Secret('user_password', 'user-pw'),
  rootPassword: new Secret('root_password', 'root-pw'),
};
const STEP = start(
  {
    instance: { id: 'nats/0', component: 'nats', number: 0, index: 0, address: '127.0.0.1' },
    fingerprint: 'f'.repeat(64),
  },
  60_000,
);

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

it.each([0, 60_000])(
  'is a node to our SSH layer that keeps what is done to it, shells kept for %i ms',
  async (keepShellsMs) => {
    const { port, close } = await listen(0, '0.0.0.0');
    const identity = await createIdentity();
    const connections = createConnections({ identity, hostKeys: createKnownHosts(), port, keepShellsMs });
    closing.push(() => connections.close(), close);
    const session = await connections.node('127.0.0.1', LOGIN, 'anyone');
    const other = await connections.node('127.0.0.2', LOGIN, 'anyone');

    expect(await session.installRunner(FENCE)).toMatchObject({ owner: FENCE.engine });
    const [change] = STEP.changes(STEP.check.parse(await session.read(checkCommand(STEP.check))));
    if (change?.act.kind !== 'command') throw new Error('it is to be started');
    const ended = await session.run(runRequest({ step: 'start', command: change.act.command }));
    expect(ended).toMatchObject({ exitCode: 0, died: false });

    const { stdout, fence } = await session.read(lookCommand([STEP.check, STEP.check]));
    expect(fence).toEqual({ generation: FENCE.generation, run: FENCE.run });
    const results = splitChecks('127.0.0.1', stdout, [1, 2]);
    expect(results.map((result) => STEP.changes(STEP.check.parse(result)))).toEqual([[], []]);
    const elsewhere = STEP.changes(STEP.check.parse(await other.read(checkCommand(STEP.check))));
    expect(elsewhere).toHaveLength(1);
  },
);
