import { beforeEach, describe, expect, it } from 'vitest';
import { DeploymentEngineError } from '../../../domain/errors.ts';
import type { RunResult } from '../../../ssh/node-session.ts';
import { until } from '../../support/until.ts';
import { NATS } from '../samples.ts';
import { attempt } from './step-attempt.ts';
import { deps, node, record, said, STEP, store } from './fake-attempts.ts';
import { ENDED } from './fake-session.ts';

const { instance } = NATS;
const BY = { revision: 1, release: '' };

/** An attempt whose worker stands still at its command until it is told how that ended, and a second one that ends well. */
async function overtaken(as: NonNullable<Parameters<typeof attempt>[2]>['as'] = {}) {
  const late = Promise.withResolvers<RunResult>();
  node.run = () => late.promise;
  const first = attempt(deps, STEP, { as }).catch((error: unknown) => error);
  await until(() => node.ran.length === 1, 'the first command runs');
  node.run = async () => {
    node.look = async () => ({ exitCode: 0, stdout: '' });
    return ENDED;
  };
  expect(await attempt(deps, STEP, { as })).toEqual({ state: 'changed' });
  const before = [await record(), await said()];
  return { late, first, isUntouched: async () => expect([await record(), await said()]).toEqual(before) };
}

describe('an attempt that another has overtaken', () => {
  beforeEach(() => store.installed.note(instance, BY));

  it('leaves the record and the log as they are, however it ends', async () => {
    const failing = await overtaken();
    expect(await record()).toMatchObject({ state: 'done', attempts: 2 });
    failing.late.reject(new DeploymentEngineError('CommandFailed', 'make failed'));
    expect(await failing.first).toMatchObject({ name: 'Overtaken' });
    await failing.isUntouched();
  });

  it('clears no wish that an operator has had since', async () => {
    const restarting = await overtaken({ target: instance.id, step: 'restart' });
    await store.installed.setStopped(instance.id, 5);
    restarting.late.resolve(ENDED);
    expect(await restarting.first).toMatchObject({ name: 'Overtaken' });
    expect(await store.installed.all()).toMatchObject([{ stoppedAt: 5 }]);
    await restarting.isUntouched();
  });

  it('leaves its step as the end of the run has left it', async () => {
    const late = Promise.withResolvers<RunResult>();
    node.run = () => late.promise;
    const first = attempt(deps, STEP).catch((error: unknown) => error);
    await until(() => node.ran.length === 1, 'the command runs');
    await store.steps.end({ run: 1, target: 'local', step: 'buildRuby', round: 1 }, 'aborted', ['cancelled']);
    const before = await record();
    node.look = async () => ({ exitCode: 0, stdout: '' });
    late.resolve(ENDED);
    expect(await first).toMatchObject({ name: 'Overtaken' });
    expect(await record()).toEqual(before);
  });

  it('forgets no instance that was installed again', async () => {
    const removing = await overtaken({ target: instance.id, step: 'removeInstance' });
    expect(await store.installed.all()).toEqual([]);
    await store.installed.note(instance, BY);
    removing.late.resolve(ENDED);
    expect(await removing.first).toMatchObject({ name: 'Overtaken' });
    expect(await store.installed.all()).toHaveLength(1);
    await removing.isUntouched();
  });
});
