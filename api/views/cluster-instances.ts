import { configMissing } from '../../domain/configuration.ts';
import { type Instance, instancesKnownBy } from '../../domain/instance.ts';
import { leavingOf } from '../../domain/plan/leaving.ts';
import type { Revision } from '../../store/configurations/contract.ts';
import type { Store } from '../../store/store.ts';

/** An instance that is wanted, or installed, or both. */
export interface ClusterInstance extends Instance {
  /** By the revision in force; otherwise it is only still installed. */
  readonly isWanted: boolean;
  readonly isInstalled: boolean;
  /** When an operator stopped it, in milliseconds since the epoch. */
  readonly stoppedAt?: number;
}

/**
 * What the cluster consists of now: what the newest revision wants that a run has begun with (before the first run: the posted
 * one), and what is installed although it is no longer wanted. Throws `ConfigMissing` without a configuration.
 */
export async function clusterInstances({
  configurations,
  runs,
  nodes,
  installed,
}: Pick<Store, 'configurations' | 'runs' | 'nodes' | 'installed'>): Promise<{
  readonly revision: Revision;
  readonly instances: readonly ClusterInstance[];
}> {
  const [newest] = await runs.list({ limit: 1 });
  const revision = await (newest === undefined ? configurations.newest() : configurations.get(newest.revision));
  if (revision === undefined) throw configMissing();
  const there = new Map((await installed.all()).map((each) => [each.id, each]));
  const wanted = instancesKnownBy(await nodes.numbers(), revision.configuration.components);
  const left = leavingOf([...there.values()], wanted);
  return {
    revision,
    instances: [
      ...wanted.map((instance) => ({ ...instance, isWanted: true })),
      ...left.map(({ id, component, number, address }) => {
        const instance: Instance = { id, component, address, number, index: number };
        return { ...instance, isWanted: false };
      }),
    ].map((instance) => {
      const stoppedAt = there.get(instance.id)?.stoppedAt;
      return { ...instance, isInstalled: there.has(instance.id), ...(stoppedAt === undefined ? {} : { stoppedAt }) };
    }),
  };
}
