import { describe, expect, it } from 'vitest';
import { presumedInstances } from '../../../activities/looks/presumed-instances.ts';
import type { ClusterContext } from '../../../cluster/cluster-context.ts';
import { DeploymentEngineError } from '../../../domain/errors.ts';
import type { Outcome } from '../../../domain/run/run.ts';
import type { Store } from '../../../store/store.ts';
import { line, runStart } from '../../store/samples.ts';
import { openSqlite, useStores } from '../../store/stores.ts';
import { ADDRESS, NATS, nodeContext } from '../samples.ts';

const opened = useStores(openSqlite);

/** A cluster whose only instance is nats/1, made from these inputs. */
const clusterWith = (
  fingerprint: string,
  inputs: readonly string[] = NATS.inputs,
  naming: Readonly<Record<string, readonly string[]>> = {},
) =>
  ({
    instances: [NATS.instance],
    node: () =>
      nodeContext({ instances: [{ ...NATS, fingerprint, inputs, naming: (address) => naming[address] ?? [] }] }),
  }) as unknown as ClusterContext;

const WANTED = clusterWith('f1');
const DEPLOYED = 'd'.repeat(64);
const BEGUN = 'b'.repeat(64);
type Installed = Parameters<Store['installed']['note']>[0];
const UAA: Installed = { id: 'uaa/0', component: 'uaa', number: 0, address: '10.0.0.9' };

/** What is presumed after runs that ended so, each of which began to install nats/1; undefined = it still runs. */
async function presumed(
  outcomes: readonly (Outcome | 'refused before' | undefined)[],
  deployed = WANTED,
  { leaving = [], begun = deployed }: { readonly leaving?: readonly Installed[]; readonly begun?: ClusterContext } = {},
) {
  const store = await opened();
  for (const instance of leaving) await store.installed.note(instance, { revision: 1, release: DEPLOYED });
  for (const [index, outcome] of outcomes.entries()) {
    const release = index === 0 ? DEPLOYED : BEGUN;
    const { number: run } = await store.runs.begin(runStart(String(index), { release }));
    if (outcome === 'refused before') {
      await store.runs.finish(run, 'failed', undefined, line('end', 'local'));
      continue;
    }
    const key = { run, target: NATS.instance.id, step: 'installJob' as const, round: 1 };
    await store.steps.begin(key);
    await store.steps.end(key, 'done', []);
    await store.installed.note(NATS.instance, { revision: 1, release });
    if (outcome !== undefined) await store.runs.finish(run, outcome, undefined, line('end', 'local'));
  }
  const load = async (_revision: number, release: string) => (release === BEGUN ? begun : deployed);
  return presumedInstances({ store, contexts: { load } }, WANTED, ADDRESS);
}

it('presumes that what was deployed as it is wanted runs', async () => {
  expect(await presumed(['ok'])).toEqual([{ id: 'nats/1', isInstalled: true, steps: [] }]);
});

it('still presumes so after many deploys that were refused before they touched anything', async () => {
  const refused = Array.from({ length: 60 }, () => 'refused before' as const);
  expect(await presumed(['ok', ...refused])).toEqual([{ id: 'nats/1', isInstalled: true, steps: [] }]);
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

it('takes what a run that did not succeed has installed for installed', async () => {
  const [instance] = await presumed(['failed']);
  expect(instance).toMatchObject({ isInstalled: true });
});

describe('whom it points to', () => {
  const inputs = (digest: string) => [...NATS.inputs.slice(0, -1), `property uaa.machines ${digest}`];
  const names = { [UAA.address]: ['uaa.machines'] };
  const leaving = [UAA];

  it('is who leaves and is named by a property that changes', async () => {
    const before = clusterWith('f0', inputs('d0'), names);
    expect(await presumed(['ok'], before, { leaving })).toMatchObject([{ pointsTo: [UAA.address] }]);
    expect(await presumed(['ok'], clusterWith('f0', inputs('d0')), { leaving })).toMatchObject([{ pointsTo: [] }]);
  });

  it('is not whose machine is named for another reason', async () => {
    const before = clusterWith('f0', [...NATS.inputs, 'package new f'], { [UAA.address]: ['nats.machines'] });
    expect(await presumed(['ok'], before, { leaving })).toMatchObject([{ pointsTo: [] }]);
  });

  it('is also who is named by files that a later run has begun to install', async () => {
    const begun = clusterWith('f2', inputs('d2'), names);
    expect(await presumed(['ok', 'cancelled'], WANTED, { leaving, begun })).toMatchObject([
      { pointsTo: [UAA.address] },
    ]);
  });

  it('is not known of what no revision has that could have made it', async () => {
    const nowhere = { instances: [], node: () => nodeContext({ instances: [] }) } as unknown as ClusterContext;
    const [instance] = await presumed(['ok'], nowhere, { leaving });
    expect(instance).not.toHaveProperty('pointsTo');
  });

  it('is not said where nothing changes', async () => {
    expect(await presumed(['ok'], WANTED, { leaving })).toEqual([{ id: 'nats/1', isInstalled: true, steps: [] }]);
  });
});

it('presumes nothing where the release that was deployed is no longer there', async () => {
  const store = await opened();
  const { number } = await store.runs.begin(runStart('a'));
  await store.runs.finish(number, 'ok', undefined, line('end', 'local'));
  const load = () => Promise.reject(new DeploymentEngineError('InvalidRelease', 'gone'));
  const [instance] = await presumedInstances({ store, contexts: { load } }, WANTED, ADDRESS);
  expect(instance).toMatchObject({ isInstalled: false });
});
