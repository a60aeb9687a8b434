import { sh } from '../../domain/command.ts';
import { isEngineError } from '../../domain/errors.ts';
import { buildClaim } from '../../domain/plan/plan.ts';
import type { Blob } from '../../domain/release/release.ts';
import { artefactOf, timeOf } from '../../domain/run/step-work.ts';
import type { Act, BuildAct, Change } from '../../domain/step.ts';
import { phrase } from '../../domain/text/text.ts';
import type { Workplace } from '../attempt/workplace.ts';
import { createBuilders } from './builders.ts';
import { isFinished, readBack } from './built-archive.ts';
import { currentBuilder, presenceOf } from './current-builder.ts';

/** Milliseconds. */
export interface BuildPace {
  /** A claim that was not renewed for this long belongs to a dead builder. */
  readonly claim: number;
  readonly renew: number;
  /** Between two checks of a node that waits. */
  readonly look: number;
}

export const PACE: BuildPace = { claim: 120_000, renew: 30_000, look: 500 };

/** Thrown when another node builds what is missing: not a failure, and the step gives its slot back while it waits. */
export class BuildAwaited extends Error {
  readonly builder: string;

  constructor(builder: string) {
    super(`${builder} builds it`);
    this.builder = builder;
  }
}

/** A slow machine needs hours for a large package, and a build that is killed starts over; one that hangs must end some day. */
const COMPILE_MS = 24 * 3_600_000;

type CarryOut = (act: Act) => Promise<void>;

/** Builds the artefact if it is missing and it is our turn, and puts it in place; throws `BuildAwaited` if it is not our turn. */
export async function buildArtefact(
  work: Workplace,
  act: BuildAct,
  carryOut: CarryOut,
  pace: BuildPace = PACE,
): Promise<void> {
  const building = { work, act, carryOut, pace };
  const { blob, isHere, since } = await provide(building);
  try {
    await putInPlace(building);
    await work.report.took(timeOf.unpacking(act.profile, act.key), Date.now() - since);
  } catch (error) {
    if (!(await isFirstFailure(building, error))) throw error;
    await setAside(building, blob, (error as Error).message);
    // What this node built itself is built again in the next attempt: in this one its commands count as done.
    if (isHere) throw error;
    await provide({ ...building, work: { ...work, builders: createBuilders([]) } });
    await putInPlace(building);
  }
}

/** Leaves the archive on the node. */
async function provide(building: Building): Promise<Made & { readonly since: number }> {
  const { work, act, carryOut } = building;
  const made = await findOrMake(building);
  const since = Date.now();
  work.report.at('unpacking', act);
  // The builder has the archive already; its own read-back is what the others get.
  if (made.isHere) work.log.write('info', phrase('{artefact} built', { artefact: act.key }));
  else await carryOut({ kind: 'fetchBlob', ...made.blob, path: act.archive });
  return { ...made, since };
}

const putInPlace = ({ act, carryOut }: Building): Promise<void> =>
  carryOut({ kind: 'command', command: act.unpack, long: true });

/** What the changes put in place, and whether it is ours to make. */
export async function artefactsOf(work: Workplace, changes: readonly Change[]) {
  const builds = changes.flatMap(({ act }) => (act.kind === 'build' ? [act] : []));
  const made = await Promise.all(builds.map(({ profile, key }) => work.deps.mirror.findCompiled(profile, key)));
  return builds.map(({ profile, key }, index) => {
    const isMadeHere = made[index] === undefined && work.builders.order[0] === work.place.address;
    return { profile, key, isMadeHere };
  });
}

async function setAside({ work, act, carryOut }: Building, { sha256 }: Blob, reason: string): Promise<void> {
  await work.deps.mirror.quarantine(act.profile, act.key, { sha256, reason });
  work.log.write(
    'warn',
    phrase('{artefact} cannot be put in place: its archive goes into quarantine, it is built anew', {
      artefact: act.key,
    }),
  );
  // Otherwise the next builder here would take it for one that was finished before a crash.
  await carryOut({ kind: 'command', command: sh`rm -f ${act.archive}` });
}

/** What failed once was built again; if that fails too, the cause is the node and not the archive. */
async function isFirstFailure({ work, act }: Building, error: unknown): Promise<boolean> {
  if (!isEngineError(error, 'CommandFailed') || error.details.exitCode === undefined) return false;
  return (await work.deps.mirror.quarantined(act.profile, act.key)).length === 0;
}

interface Building {
  readonly work: Workplace;
  readonly act: BuildAct;
  readonly carryOut: CarryOut;
  readonly pace: BuildPace;
}

interface Made {
  readonly blob: Blob;
  /** This node made it, so the archive is in place already. */
  readonly isHere: boolean;
}

async function findOrMake(building: Building): Promise<Made> {
  const { work, act, pace } = building;
  const { deps, place, log, signal } = work;
  const claim = buildClaim(act);
  const owner = `${place.run}/${place.address}`;
  const blob = await deps.mirror.findCompiled(act.profile, act.key);
  if (blob !== undefined) return { blob, isHere: false };
  signal.throwIfAborted();
  const builder = await currentBuilder(work, pace.claim);
  if (builder === place.address && (await deps.store.claims.take(claim, owner, pace.claim)))
    return await make(building, { claim, owner });
  const from = builder === place.address ? 'another builder' : builder;
  log.write('info', phrase('waits for {artefact} from {builder}', { artefact: artefactOf(act.key), builder: from }));
  throw new BuildAwaited(from);
}

async function make(
  { work, act, carryOut, pace }: Building,
  { claim, owner }: { claim: string; owner: string },
): Promise<Made> {
  const { claims } = work.deps.store;
  const presence = presenceOf(work.place.address);
  const renew = async (): Promise<void> => {
    await claims.take(claim, owner, pace.claim);
    await claims.take(presence, owner, pace.claim);
  };
  await renew();
  const renewing = setInterval(() => void renew().catch(() => undefined), pace.renew);
  try {
    // Another node may have finished it between our check and our claim.
    const made = await work.deps.mirror.findCompiled(act.profile, act.key);
    if (made !== undefined) return { blob: made, isHere: false };
    const isNew = !(await isFinished(work, act));
    const since = Date.now();
    if (isNew) {
      work.report.at('building', act);
      for (const { act: part, unless } of act.prepare)
        if (unless === undefined || (await work.session.read(unless)).exitCode !== 0) await carryOut(part);
      await carryOut({ kind: 'command', command: act.compile, long: true, timeoutMs: COMPILE_MS });
    }
    const blob = await readBack(work, act);
    await work.deps.mirror.recordCompiled(act.profile, act.key, blob);
    if (isNew) await work.report.took(timeOf.building(act.profile, act.key), Date.now() - since);
    return { blob, isHere: true };
  } catch (error) {
    // A waiting node may take over at once instead of waiting for a builder that gave up.
    await claims.release(presence, owner);
    throw error;
  } finally {
    clearInterval(renewing);
    await claims.release(claim, owner);
  }
}
