import { expect, it } from 'vitest';
import type { ClusterContext } from '../../activities/cluster-contexts.ts';
import { presumedInstances } from '../../activities/presumed-instances.ts';
import { DeploymentEngineError } from '../../domain/errors.ts';
import type { Outcome } from '../../domain/run.ts';
import { line, runStart } from '../store/samples.ts';
import { openSqlite, useStores } from '../store/stores.ts';
import { ADDRESS, NATS, nodeContext } from './samples.ts';

const opened = useStores(openSqlite);

/** A cluster whose only instance is nats/1, made from these inputs. */
const clusterWith = (fingerprint: string, inputs: readonly string[] = NATS.inputs) =>
  ({ node: () => nodeContext({ instances: [{ ...NATS, fingerprint, inputs }] }) }) as unknown as ClusterContext;

const WANTED = clusterWith('f1');

/** What is presumed after runs that ended so, each of which began to install nats/1; undefined = it still runs. */
async function presumed(outcomes: readonly (Outcome | undefined)[], deployed = WANTED) {
  const store = await opened();
  for (const [index, outcome] of outcomes.entries()) {
    const { number: run } = await store.runs.begin(runStart(String(index)));
    const key = { run, target: NATS.instance.id, step: 'installJob' as const, round: 1 };
    await store.steps.begin(key);
    await store.steps.end(key, 'done', []);
    if (outcome !== undefined) await store.runs.finish(run, outcome, undefined, line('end', 'local'));
  }
  return presumedInstances({ store, contexts: { load: async () => deployed } }, WANTED, ADDRESS);
}

it('presumes that what was deployed as it is wanted runs', async () => {
  expect(await presumed(['ok'])).toEqual([{ id: 'nats/1', isInstalled: true, steps: [] }]);
});

it('names what has changed since', async () => {
  const before = clusterWith('f0', [...NATS.inputs.slice(0, -1), 'property nats.machines d0']);
  expect(await presumed(['ok'], before)).toEqual([
    { id: 'nats/1', isInstalled: true, steps: [{ name: 'installJob', reasons: ['properties: nats.machines'] }] },
  ]);
});

it('says what was never deployed', async () => {
  expect(await presumed([])).toEqual([
    { id: 'nats/1', isInstalled: false, steps: [{ name: 'installJob', reasons: ['not deployed yet'] }] },
  ]);
});

it('presumes nothing of what a later run was at', async () => {
  const [instance] = await presumed(['ok', 'cancelled', undefined]);
  expect(instance?.steps).toEqual([{ name: 'installJob', reasons: ['the last deploy did not finish here'] }]);
});

it('presumes nothing where the release that was deployed is no longer there', async () => {
  const store = await opened();
  const { number } = await store.runs.begin(runStart('a'));
  await store.runs.finish(number, 'ok', undefined, line('end', 'local'));
  const load = () => Promise.reject(new DeploymentEngineError('InvalidRelease', 'gone'));
  const [instance] = await presumedInstances({ store, contexts: { load } }, WANTED, ADDRESS);
  expect(instance).toMatchObject({ isInstalled: false });
});
