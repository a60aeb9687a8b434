import { COMPONENTS } from '../../domain/components.ts';
import { instanceId, instanceTag } from '../../domain/instance.ts';
import type { Store } from '../../store/store.ts';

/** A log to download: lines of streams in the store, or what an instance has logged itself on its node. */
export type LogFile = { readonly name: string } & (
  { readonly streams: readonly string[] } | { readonly instance: string }
);

/**
 * `local.log`; then for every instance there ever was, in the specification's order of components: what was done to it and to
 * its node, and, where it is installed, what it has logged itself.
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

/** The log's name as clients send it: raw, as a JSON string, or in braces as the specification has it. */
export function requestedName(body: string): string | undefined {
  const inBraces = body.trim().replace(/^\{/, '').replace(/\}$/, '').trim();
  const name = inBraces.replace(/^"/, '').replace(/"$/, '').trim();
  return /^[^"{}\s]+$/.test(name) ? name : undefined;
}
