import type { Command } from '../../domain/command.ts';
import { Secret } from '../../domain/secret.ts';

/** By shell variable, what a look at a node has kept for the next one: each an answer behind a digest of what it came from. */
export type Known = Readonly<Record<string, string>>;

// A line no check prints.
const MARK = '@@deployment-engine-known';

/**
 * Prints what `knownIn` reads. The values travel as secrets do, since they are of a node's passwords and keys: never in the text
 * of a command, which may be shown.
 */
export const printKnown = (names: readonly string[], known: Known): Command => ({
  text: names.map((name) => `printf '\\n%s\\n%s\\n' '${MARK} ${name}' "$${name}"`).join('\n'),
  secrets: Object.fromEntries(names.map((name) => [name, new Secret(name, known[name] ?? '')])),
});

/** What the answer to a look has kept for the next one. */
export function knownIn(stdout: string): Known {
  const [, ...parts] = stdout.split(`\n${MARK} `);
  const pairs = parts.map((part) => /^(known_[a-z]+)\n([^]*)\n$/.exec(part)).filter((match) => match !== null);
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, value]));
}

/** What this process has seen of nodes; nothing of it is written anywhere. */
export interface Sightings {
  of(address: string): Known;
  keep(address: string, known: Known): void;
}

export function createSightings(): Sightings {
  const byAddress = new Map<string, Known>();
  return {
    of: (address) => byAddress.get(address) ?? {},
    keep: (address, known) => void byAddress.set(address, known),
  };
}
