import { COMPONENTS } from '../domain/components.ts';
import { instanceId, instanceTag } from '../domain/instance.ts';
import type { Store } from '../store/store.ts';

/** A downloadable log: lines of streams that the store has, or what an instance has logged itself on its node. */
export type LogFile = { readonly name: string } & (
  { readonly streams: readonly string[] } | { readonly instance: string }
);

/**
 * `local.log`; then for every instance in the document's order what was done to it and to its node, and what it has logged
 * itself.
 */
export async function logFiles({ nodes }: Pick<Store, 'nodes'>): Promise<readonly LogFile[]> {
  const numbers = await nodes.numbers();
  const instances = COMPONENTS.flatMap((component) => numbers.filter((each) => each.component === component));
  return [
    { name: 'local.log', streams: ['local'] },
    ...instances.flatMap(({ component, number, address }) => {
      const instance = instanceId(component, number);
      const tag = instanceTag(instance);
      return [
        { name: `${tag}.log`, streams: [tag, address] },
        { name: `${tag}.run.log`, instance },
      ];
    }),
  ];
}

/** The log's name as clients send it: raw, as a JSON string, or in the document's braces. */
export const requestedName = (body: string): string | undefined =>
  /^\s*\{?\s*"?\s*([^"{}\s]+)\s*"?\s*\}?\s*$/.exec(body)?.[1];
