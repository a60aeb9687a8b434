import { asyncLocalStorage, type Context } from '@temporalio/activity';
import { expect, it, onTestFinished } from 'vitest';
import type { ActivityDependencies } from '../../../activities/activity-dependencies.ts';
import { createPreflight } from '../../../activities/preflight/preflight.ts';
import { DeploymentEngineError } from '../../../domain/errors.ts';
import { configuration } from '../../store/samples.ts';
import { openSqlite, useStores } from '../../store/stores.ts';
import { createLocalNode } from '../../support/local-node.ts';
import { dependencies } from '../workplace.ts';

const openStore = useStores(openSqlite);
const context = { cancellationSignal: new AbortController().signal, heartbeat: () => {} } as unknown as Context;
const [ALIVE, DEAD, LOCKED, CLOSED, CHANGED] = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5'] as const;

it('has a row for every node, and says of each that cannot be read why and what to do', async () => {
  const node = createLocalNode();
  onTestFinished(() => node.remove());
  const store = await openStore();
  const commands: string[] = [];
  const recorded: typeof node.session.read = (command, options) => {
    commands.push(command.text);
    return node.session.read(command, options);
  };
  const connections: ActivityDependencies['connections'] = {
    async node(address) {
      if (address === DEAD) throw new DeploymentEngineError('NodeUnreachable', `${address} is off`);
      if (address === LOCKED)
        throw new DeploymentEngineError('AuthenticationFailed', 'no sudo', { details: { where: ['sudo'] } });
      if (address === CLOSED) throw new DeploymentEngineError('AuthenticationFailed', 'it refuses the password');
      if (address === CHANGED) throw new DeploymentEngineError('HostKeyMismatch', 'it shows another key');
      return { ...node.session, read: recorded };
    },
    answers: () => Promise.resolve(false),
    hostKey: () => Promise.resolve(''),
    forget: () => {},
    close: () => Promise.resolve(),
  };
  const deps: ActivityDependencies = {
    ...dependencies(store),
    visit: () => ({ connections, fingerprint: (address) => (address === DEAD ? undefined : 'SHA256:shown') }),
  };
  const asked = configuration({ nats: [ALIVE, DEAD, LOCKED, CLOSED, CHANGED], haproxy: [ALIVE] });
  await store.nodes.pinHostKey(CHANGED, 'SHA256:pinned');
  const inspection = await store.inspections.ask({ configuration: asked, candidate: { masked: ['password'] } });
  await asyncLocalStorage.run(context, () => createPreflight(deps)({ inspection }));
  const report = await store.inspections.answerOf<'preflight'>(inspection);

  expect(commands.join('\n')).toContain('dpkg --print-architecture');
  expect(commands.join('\n')).toContain("eval 'perl -MIO::Socket::INET -e ");
  expect(report?.ok).toBe(false);
  expect(report?.nodes.map(({ address, hostKey }) => [address, hostKey?.isPinned])).toEqual([
    [ALIVE, false],
    [DEAD, undefined],
    [LOCKED, false],
    [CLOSED, false],
    [CHANGED, true],
  ]);
  expect(report?.nodes[0]).toMatchObject({ system: expect.stringMatching(/-/), hardware: { CPU: expect.any(Number) } });
  expect(report?.nodes[1]?.findings).toEqual([
    expect.objectContaining({ check: 'reach', severity: 'stops', what: `${DEAD} is off` }),
  ]);
  expect(report?.nodes[2]?.findings).toEqual([
    expect.objectContaining({ check: 'sudo', remedy: expect.stringContaining('send the passwords in clear') }),
  ]);
  expect(report?.nodes[3]?.findings).toEqual([
    expect.objectContaining({ check: 'login', severity: 'stops', remedy: expect.stringContaining('PermitRootLogin') }),
  ]);
  expect(report?.nodes[4]?.findings).toEqual([
    expect.objectContaining({
      check: 'hostKey',
      severity: 'stops',
      remedy: expect.stringContaining('before you accept'),
    }),
  ]);
  expect(report?.dns).toMatchObject({ record: `*.cf.test. IN A ${ALIVE}`, isThere: false });
  expect(report?.controlMachine.findings).toContainEqual(expect.objectContaining({ check: 'dns', severity: 'slows' }));
  // An empty mirror is the control machine's.
  expect(report?.controlMachine.findings).toContainEqual(
    expect.objectContaining({ check: 'mirror', severity: 'stops', what: expect.stringContaining('no release') }),
  );
});
