import { setTimeout } from 'node:timers/promises';
import { phrase, type Text } from '../domain/text/text.ts';
import type { Store } from '../store/store.ts';
import { lacking } from '../temporal/temporal-problem.ts';
import { PATCHES } from '../workflows/patches.ts';

const LOOK_MS = 5_000;
/** By then a worker that lacks something has looked, and let go of what it was doing. */
export const GONE_AFTER_MS = 10_000;
const MOST_NAMED = 3;

interface Build {
  readonly cluster: string;
  /** What it can go on with: the workflows' patches, and the activities that they may ask for. */
  readonly known: readonly string[];
  readonly requirements: Store['requirements'];
}

/** What a build knows, by the names that histories of its runs have. */
export const knownTo = (activities: object): readonly string[] => [
  ...PATCHES.map((name) => `patch "${name}"`),
  ...Object.keys(activities).map((name) => `activity ${name}`),
];

/** Why this worker must leave the cluster to newer ones; undefined while it need not. */
async function whyOlder({ cluster, known, requirements }: Build): Promise<Text | undefined> {
  const lacked = await requirements.lackedBy(known);
  if (lacked.length === 0) return undefined;
  return phrase(
    'A newer build of the engine works on cluster {cluster}, and its runs may need what this one does not know ({names}), so this worker leaves them to it: start the newer build here too, or restore a backup from before it.',
    { cluster, names: [...lacked.slice(0, MOST_NAMED), ...(lacked.length > MOST_NAMED ? ['...'] : [])] },
  );
}

/**
 * Has workers of older builds leave, and waits until they have had the time to, before this one takes its first task.
 *
 * @throws EnvironmentLacking when this build is the older one.
 */
export async function precedeOlder(build: Build, goneAfterMs: number): Promise<void> {
  const reason = await whyOlder(build);
  if (reason !== undefined) throw lacking(reason);
  const since = await build.requirements.require(build.known);
  // The clocks of two machines may differ.
  if (since !== undefined) await setTimeout(Math.min(goneAfterMs, Math.max(0, since + goneAfterMs - Date.now())));
}

/** Looks every five seconds whether a newer build has come, and tells it once; a store that does not answer is asked again. */
export function watchForNewer(build: Build, onNewer: (reason: Text) => void, everyMs = LOOK_MS): () => void {
  const timer = setInterval(() => void look(), everyMs);
  const stop = (): void => clearInterval(timer);
  const look = async (): Promise<void> => {
    const reason = await whyOlder(build).catch(() => undefined);
    if (reason === undefined) return;
    stop();
    onNewer(reason);
  };
  return stop;
}
