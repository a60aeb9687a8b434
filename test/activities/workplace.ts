import type { ActivityDependencies } from '../../activities/activity-dependencies.ts';
import { createTrace } from '../../activities/attempt/commands/trace.ts';
import type { StepPlace, Workplace } from '../../activities/attempt/workplace.ts';
import { createBuilders } from '../../activities/builds/builders.ts';
import { createSightings } from '../../activities/checks/known.ts';
import { Secret } from '../../domain/secret.ts';
import { inEnglish } from '../../domain/text/text.ts';
import { openMirror } from '../../mirror/mirror.ts';
import type { NodeSession } from '../../ssh/node-session.ts';
import { commandKey } from '../../ssh/runner/key.ts';
import { createLogWriter } from '../../store/log/log-writer.ts';
import type { Store } from '../../store/store.ts';
import { beginRun } from '../store/samples.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { SILENT_REPORT } from './progress/silent-report.ts';

const LIMITS = { patience: 900_000, selfRetry: 60_000, selfRetryMax: 600_000, startDeadline: 60_000, maxInFlight: 50 };

const notNeeded = (): never => {
  throw new Error('a step at work needs neither connections nor contexts');
};

/** What a step at work acts through: a real store and a real mirror, both in temporary folders. */
export const dependencies = (store: Store): ActivityDependencies => ({
  cluster: 'cf',
  engine: { id: 'engine-a', publicKey: '', privateKey: new Secret('key', 'unused') },
  store,
  log: createLogWriter(store.log),
  connections: { node: notNeeded, answers: notNeeded, hostKey: notNeeded, forget: notNeeded, close: notNeeded },
  logins: { of: notNeeded },
  sightings: createSightings(),
  visit: notNeeded,
  commandKey,
  mirror: openMirror(temporaryFolder()),
  release: undefined,
  contexts: { load: notNeeded, serving: notNeeded, preview: notNeeded },
  limits: LIMITS,
  damagedFiles: async () => [],
  folders: [],
});

/** A step's workplace on one node, in an open run. */
export async function workplace(
  deps: ActivityDependencies,
  session: NodeSession,
  { place = {}, ...work }: Partial<Omit<Workplace, 'place'>> & { readonly place?: Partial<StepPlace> } = {},
): Promise<Workplace & { readonly lines: readonly string[] }> {
  const run = place.run ?? (await beginRun(deps.store));
  const lines: string[] = [];
  return {
    deps,
    session,
    place: { run, address: 'local', instance: '-', stream: 'local', step: 'buildRuby', round: 1, ...place },
    fence: { engine: deps.engine.id, generation: 1, run },
    mirrorUrl: 'http://127.0.0.1:1',
    notes: {},
    builders: createBuilders([]),
    log: { write: (_level, line) => void lines.push(inEnglish(line)) },
    report: SILENT_REPORT,
    signal: new AbortController().signal,
    trace: createTrace(),
    lines,
    ...work,
  };
}
