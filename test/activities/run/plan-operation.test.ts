import { describe, expect, it } from 'vitest';
import { DeploymentEngineError } from '../../../domain/errors.ts';
import { A, B, planned, silent, UP } from './planned-operation.ts';

it('plans a restart in the order of a start, and keeps the plan', async () => {
  const { plan, store } = await planned(UP);
  expect(plan).toEqual({
    run: 1,
    absent: [],
    instances: [
      { id: 'nats/0', address: A, needs: [] },
      { id: 'nats/1', address: B, needs: [] },
      { id: 'uaa/0', address: B, needs: [{ component: 'nats', mode: 'any', hard: true }] },
    ],
  });
  expect((await store.runs.plan(1))?.instances[2]).toMatchObject({
    id: 'uaa/0',
    steps: ['restart'],
    reasons: ['restart asked for by an operator'],
  });
});

it('plans a stop the other way round', async () => {
  const { plan } = await planned(UP, { operation: 'stop' });
  expect(plan.instances.map(({ id, needs }) => ({ id, waitsFor: needs.map(({ component }) => component) }))).toEqual([
    { id: 'nats/0', waitsFor: ['uaa'] },
    { id: 'nats/1', waitsFor: ['uaa'] },
    { id: 'uaa/0', waitsFor: [] },
  ]);
});

it('stops also what may run although its next installation has broken off', async () => {
  const { plan } = await planned({ ...UP, [A]: { brokenOff: ['nats_0'] } }, { operation: 'stop' });
  expect(plan).toMatchObject({ absent: [], instances: [{ id: 'nats/0' }, { id: 'nats/1' }, { id: 'uaa/0' }] });
});

it('begins nothing where a node does not answer', async () => {
  const { plan, store } = await planned({ ...UP, [B]: { failure: silent } });
  expect(plan).toEqual({
    run: 1,
    instances: [],
    absent: [],
    refusal: { code: 'NodeUnreachable', message: `${B} cannot be reached; nothing was restarted` },
  });
  expect(await store.runs.plan(1)).toBeUndefined();
});

it('names what is wrong rather than what is silent, with all that it has met', async () => {
  const wrong = new DeploymentEngineError('HostKeyMismatch', `${A} has another host key`);
  const { plan } = await planned({ [A]: { failure: wrong }, [B]: { failure: silent } }, { operation: 'stop' });
  expect(plan.refusal).toEqual({
    code: 'HostKeyMismatch',
    message: `${A} has another host key; ${B} cannot be reached; nothing was stopped`,
  });
});

it.each(['own', 'inside a parked one'])(
  'keeps nobody waiting for a node that never lets us in (run: %s)',
  async (run) => {
    const { plan } = await planned({ ...UP, [B]: { isMute: true } }, { nodeMs: 50, inside: run === 'own' ? 0 : 1 });
    expect(plan.refusal).toEqual({
      code: 'CommandTimedOut',
      message: `${B} has not answered within 1 s; nothing was restarted`,
    });
  },
);

it('tells at once that a node may be shown no further password', async () => {
  const { plan } = await planned({ ...UP, [B]: { waits: 42_500 } }, { operation: 'stop' });
  expect(plan.refusal).toEqual({
    code: 'AuthenticationFailed',
    message: `${B} has refused two passwords: no more are tried for 43 s, so that the account is not locked; nothing was stopped`,
  });
});

it('leaves out what is not installed, and says so', async () => {
  const { plan, said } = await planned({ ...UP, [A]: {} });
  expect([plan.instances.map(({ id }) => id), plan.absent]).toEqual([['nats/1', 'uaa/0'], ['nats/0']]);
  expect(said).toEqual(['nats/0 is not installed']);
});

it('refuses to restart what is not installed; to stop it there is nothing to do', async () => {
  const ids = ['nats/0'];
  expect((await planned({}, { ids })).plan.refusal).toMatchObject({ code: 'JobNotRunning' });
  expect((await planned({}, { ids, operation: 'stop' })).plan).toEqual({ run: 1, instances: [], absent: ids });
});

it('goes on above the runs that nodes have seen', async () => {
  const { plan, store } = await planned({ ...UP, [A]: { installed: ['nats_0'], fence: 40 } });
  expect(plan.run).toBe(41);
  expect(await store.runs.plan(41)).toMatchObject({ run: 41 });
});

it('leaves the plan of a parked deploy alone, and notes in its log what is done', async () => {
  const { plan, store, said } = await planned(UP, { inside: 2 });
  expect(plan.run).toBe(1);
  expect(await store.runs.plan(1)).toBeUndefined();
  expect(said).toEqual(['restart inside this run: nats/0, nats/1, uaa/0']);
});

it.each(['restart', 'stop'] as const)(
  'keeps no %s waiting for a machine on which nothing was ever installed',
  async (operation) => {
    const nodes = { ...UP, [B]: { failure: silent } };
    const { plan, said } = await planned(nodes, { operation, installed: ['nats/0'] });
    expect(plan).not.toHaveProperty('refusal');
    expect([plan.instances.map(({ id }) => id), plan.absent]).toEqual([['nats/0'], ['nats/1', 'uaa/0']]);
    expect(said).toContain('uaa/0 is not installed');
  },
);

it('is refused where nothing but that is asked for', async () => {
  const { plan } = await planned({ [B]: { failure: silent } }, { ids: ['nats/1'], installed: ['nats/0'] });
  expect(plan.refusal?.code).toBe('NodeUnreachable');
});

it('refuses what never existed', async () => {
  await expect(planned(UP, { ids: ['nats/7'] })).rejects.toMatchObject({ code: 'InvalidRequest' });
});

describe('what nobody wants any more', () => {
  const wanted = ['nats/0'];
  const dead = { ...UP, [B]: { failure: silent } };
  const why = `no longer wanted, cleaned by the next deploy; ${B} cannot be reached`;

  it.each(['restart', 'stop'] as const)('keeps no %s waiting for its machine', async (operation) => {
    const { plan, said } = await planned(dead, { operation, wanted });
    expect(plan).toMatchObject({ absent: [], left: { 'nats/1': why, 'uaa/0': why } });
    expect(plan).not.toHaveProperty('refusal');
    expect(plan.instances.map(({ id }) => id)).toEqual(['nats/0']);
    expect(said).toContain(`nats/1 is left as it is: ${why}`);
  });

  it('is refused where it alone is asked for', async () => {
    const { plan } = await planned(dead, { operation: 'stop', wanted, ids: ['nats/1'] });
    expect(plan.refusal?.code).toBe('NodeUnreachable');
    const again = await planned(dead, { wanted, ids: ['nats/1'] });
    expect(again.plan.refusal).toEqual({
      code: 'NodeUnreachable',
      message: `${B} cannot be reached; nothing was restarted`,
    });
  });

  // It serves until a deploy has taken it away, also where the deploy that did not want it came to nothing.
  it.each(['restart', 'stop'] as const)('has its %s where its machine answers', async (operation) => {
    expect((await planned(UP, { operation, wanted })).plan.instances).toHaveLength(3);
    const { plan } = await planned(UP, { operation, wanted, ids: ['nats/1'] });
    expect(plan.instances.map(({ id }) => id)).toEqual(['nats/1']);
  });

  it('does not hide that a machine with something wanted is silent', async () => {
    const { plan } = await planned(dead, { wanted: ['nats/0', 'uaa/0'] });
    expect(plan.refusal?.code).toBe('NodeUnreachable');
  });
});

it('restarts nothing on a node that a copy of this engine was at work on', async () => {
  const { plan } = await planned({ ...UP, [A]: { installed: ['nats_0'], fence: 9, machine: 'a' } });
  expect(plan).toMatchObject({
    instances: [],
    refusal: { code: 'DuplicateController' },
  });
  expect(
    (await planned({ ...UP, [A]: { installed: ['nats_0'], fence: 9, machine: 'b' } })).plan.refusal,
  ).toBeUndefined();
});
