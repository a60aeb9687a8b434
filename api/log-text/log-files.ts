import { COMPONENTS } from '../../domain/components.ts';
import { instanceId, instanceTag } from '../../domain/instance.ts';
import type { Store } from '../../store/store.ts';

/** A downloadable log: lines of streams that the store has, or what an instance has logged itself on its node. */
export type LogFile = { readonly name: string } & (
  { readonly streams: readonly string[] } | { readonly instance: string }
);

/**
 * `local.log`; then for every instance there ever was, in the document's order, what was done to it and to its node, and what
 * it has logged itself where it is installed.
 */
export async function logFiles({ nodes, installed }: Pick<Store, 'nodes' | 'installed'>): Promise<readonly LogFile[]> {
  const numbers = await nodes.numbers();
  const present = new Set((await installed.all()).map(({ id }) => id));
  const instances = COMPONENTS.flatMap((component) => numbers.filter((each) => each.component === component));
  return [
    { name: 'local.log', streams: ['local'] },
    ...instances.flatMap(({ component, number, address }) => {
      const instance = instanceId(component, number);
      const tag = instanceTag(instance);
      return [
        { name: `${tag}.log`, streams: [tag, address] },
        ...(present.has(instance) ? [{ name: `${tag}.run.log`, instance }] : []),
      ];
    }),
  ];
}

/** The log's name as clients send it: raw, as a JSON string, or in the document's braces. */
export function requestedName(body: string): string | undefined {
  const inBraces = body.trim().replace(/^\{/, '').replace(/\}$/, '').trim();
  const name = inBraces.replace(/^"/, '').replace(/"$/, '').trim();
  return /^[^"{}\s]+$/.test(name) ? name : undefined;
}
