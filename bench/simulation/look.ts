import type { SimulatedNode } from './simulated-node.ts';

/** What the program that looks when it is asked prints for `full NAME...` or `glance PID...`. */
export const look = (node: SimulatedNode, names: readonly string[]): readonly string[] => [
  'cpu  1000 0 500 90000 100 0 0 0 0 0',
  'MemTotal: 8000000',
  'MemFree: 6000000',
  'MemAvailable: 7000000',
  'Filesystem 1024-blocks Used Available Capacity Mounted on',
  '/dev/vda1 40000000 8000000 32000000 20% /',
  `entries ${[...node.started.keys()].join(' ')}`,
  monitSays(node),
  ...names.flatMap((name) => [
    `@@instance ${name}`,
    ...(node.installed.has(name) ? ['@@installed'] : []),
    ...(node.started.has(name) ? ['@@started'] : []),
    ...processesOf(node, name),
  ]),
];

/** As long as what monit 5.33 says, most of which nobody reads. */
function monitSays(node: SimulatedNode): string {
  const usage = ['memory', 'cpu', 'filedescriptors', 'read', 'write'].map((name) => {
    const values = ['percent', 'percenttotal', 'count', 'total'].map(
      (value) => `<${value}>${node.position}</${value}>`,
    );
    return `<${name}>${values.join('')}</${name}>`;
  });
  const service = (name: string): string =>
    `<service type="3"><name>${name}</name><collected_sec>1800000000</collected_sec><status>0</status><monitor>1</monitor>` +
    `<pendingaction>0</pendingaction><pid>4242</pid>${usage.join('')}${usage.join('')}</service>`;
  return `<monit>${usage.join('')}${[...node.started.keys()].map(service).join('')}</monit>`;
}

export const processesOf = (node: SimulatedNode, name: string): readonly string[] => {
  if (node.started.has(name)) return [`${name} running`];
  return node.installed.has(name) ? [`${name} not monitored`] : [];
};
