import { phrase, type Text } from '../text/text.ts';

/**
 * Everything an instance's files are made from, a line each: `KIND NAME VALUE`, the value a digest or a plain word. The
 * node keeps the lines of what is installed, so a plan can name what has changed without knowing any value.
 */
export type InstanceInputs = readonly string[];

/** Kinds of inputs by the word a reason calls them. */
const KINDS = {
  package: 'packages',
  job: 'job',
  property: 'properties',
  spec: 'spec',
  idle: 'idle jobs',
  renderer: 'renderer',
} as const;

export type InputKind = keyof typeof KINDS;

export const inputLine = (kind: InputKind, name: string, value: string | number): string => `${kind} ${name} ${value}`;

/**
 * Why the files have to be made again, a reason per kind: `packages: ruby, +golang, -libyaml`. A plain name has changed,
 * `+` is new, `-` is gone. Empty for equal inputs.
 */
export function inputChanges(installed: InstanceInputs, wanted: InstanceInputs): Text[] {
  const before = valuesOf(installed);
  const after = valuesOf(wanted);
  return (Object.keys(KINDS) as InputKind[]).flatMap((kind) => {
    const names = changedNames(before.get(kind) ?? new Map(), after.get(kind) ?? new Map());
    return names.length === 0
      ? []
      : [phrase('{place}: {what}', { place: KINDS[kind], what: phrase('{names}', { names }) })];
  });
}

type Values = ReadonlyMap<string, string>;

function changedNames(before: Values, after: Values): string[] {
  const changed = [...after].filter(([name, value]) => before.has(name) && before.get(name) !== value);
  const added = [...after.keys()].filter((name) => !before.has(name)).map((name) => `+${name}`);
  const removed = [...before.keys()].filter((name) => !after.has(name)).map((name) => `-${name}`);
  return [...changed.map(([name]) => name), ...added, ...removed];
}

function valuesOf(inputs: InstanceInputs): ReadonlyMap<string, Values> {
  const kinds = new Map<string, Map<string, string>>();
  for (const line of inputs) {
    const [kind = '', name = '', value = ''] = line.split(' ');
    kinds.set(kind, (kinds.get(kind) ?? new Map<string, string>()).set(name, value));
  }
  return kinds;
}
