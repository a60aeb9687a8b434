import { afterEach, beforeEach } from 'vitest';
import { createNodePort } from '../../../../activities/attempt/commands/node-port.ts';
import type { NodeSession } from '../../../../ssh/node-session.ts';
import type { Store } from '../../../../store/store.ts';
import { openSqlite, useStores } from '../../../store/stores.ts';
import { createLocalNode, type LocalNode } from '../../../support/local-node.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { dependencies, workplace } from '../../workplace.ts';

const openStore = useStores(openSqlite);

export let store: Store;
export let node: LocalNode;
export let folder: string;

beforeEach(async () => {
  store = await openStore();
  node = createLocalNode();
  folder = temporaryFolder();
});
afterEach(() => node.remove());

type Work = Parameters<typeof workplace>[2];

/** A port to the local node whose runner is there. */
export async function port(work?: Work, session: NodeSession = node.session) {
  const place = await workplace(dependencies(store), session, work);
  const created = createNodePort(place);
  await created.carryOut({ kind: 'installRunner' }, 0);
  return { ...created, work: place };
}

/** The node with one of its answers replaced. */
export const sessionWith = (changed: Partial<NodeSession>): NodeSession => ({ ...node.session, ...changed });
