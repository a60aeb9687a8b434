import type { ComponentName } from '../../domain/components.ts';
import { demoConfiguration } from '../../sample/demo/layout.ts';

/** This machine, as simulated nodes reach it, and the network of all of them. */
export const HOME = '10.99.0.1';
export const NETWORK = '10.99.0.0/16';

/** Most of one component that a configuration may have. */
const MOST = 1000;
/** What may have many instances and needs no more than a nats. */
const MANY: readonly ComponentName[] = ['dea', 'collector', 'gorouter', 'login', 'nats'];

/** A cluster of that many nodes, 5,000 at most, with an instance each: one nats at least. */
export function scaleConfiguration(nodes: number): unknown {
  const addresses = Array.from({ length: nodes }, (_, index) => `10.99.${1 + (index >> 8)}.${index & 255}`);
  const [first = '', ...rest] = addresses;
  const components = new Map<string, readonly string[]>(
    MANY.map((name, index) => [name, rest.slice(index * MOST, (index + 1) * MOST)]),
  );
  components.set('nats', [first, ...(components.get('nats') ?? [])]);
  return {
    components: Object.fromEntries([...components].filter(([, own]) => own.length > 0)),
    properties: { ...demoConfiguration(4).properties, home: HOME },
  };
}
