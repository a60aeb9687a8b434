import { type Command, raw, sh } from '../../domain/command.ts';
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

/**
 * Sets `told_NAME` to what `ask` prints, or to what it has printed for an earlier look: that is kept as `known_NAME` while
 * `sign` prints the same, and something. It is not kept where `mayChange` succeeds.
 */
export function askOnce(
  name: string,
  { sign, ask, mayChange = sh`false` }: { readonly sign: Command; readonly ask: Command; readonly mayChange?: Command },
): Command {
  const told = raw(`told_${name}`);
  const known = raw(`known_${name}`);
  return sh`
    sign=$(
      ${sign}
    ) 2>/dev/null
    ${told}=\${${known}#"$sign@"}
    if [ -z "$sign" ] || [ "$${told}" = "$${known}" ]; then
      ${told}=$(
        ${ask}
      )
      again=$(
        ${sign}
      )
      # Nothing has changed meanwhile.
      if [ -n "$sign" ] && [ "$sign" = "$again" ] && ! { ${mayChange}; }; then ${known}="$sign@$${told}"; else ${known}=; fi
    fi 2>/dev/null </dev/null`;
}

/** Part of a check: what the look has told with `askOnce`, or where there was none or nothing was told, what `ask` prints. */
export const tell = (name: string, ask: Command): Command => sh`
  if [ -n "$${raw(`told_${name}`)}" ]; then
    echo "$${raw(`told_${name}`)}"
  else
    ${ask}
  fi`;

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
    // A copy, since parts of a text keep all of it in memory.
    keep: (address, known) => void byAddress.set(address, structuredClone(known)),
  };
}
