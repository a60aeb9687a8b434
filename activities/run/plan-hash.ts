import { createHash } from 'node:crypto';
import type { Instance } from '../../domain/instance.ts';
import { type Leaving, leavingOf } from '../../domain/plan/leaving.ts';

interface Decided {
  readonly revision: number;
  /** sha256 of its tarball. */
  readonly release: string;
  /** All that are wanted. */
  readonly instances: readonly Pick<Instance, 'id' | 'address'>[];
  readonly installed: readonly Leaving[];
}

/** Covers what an operator decides about: which instances come, stay and go. Drift on a node does not change it. */
export function planHash({ revision, release, instances, installed }: Decided): string {
  const known = new Set(installed.map(({ id }) => id));
  const changes = [
    ...instances.map(({ id, address }) => [id, address, known.has(id) ? 'kept' : 'added']),
    ...leavingOf(installed, instances).map(({ id, address }) => [id, address, 'removed']),
  ].map((words) => words.join(' '));
  return createHash('sha256')
    .update(JSON.stringify([revision, release, changes.toSorted()]))
    .digest('hex');
}
