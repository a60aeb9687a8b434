import { setTimeout as wait } from 'node:timers/promises';
import { sh } from '../domain/command.ts';
import { DeploymentEngineError } from '../domain/errors.ts';
import type { Blob } from '../domain/release.ts';
import type { Act, BuildAct } from '../domain/step.ts';
import type { Workplace } from './node-port.ts';

/** A claim that is not renewed for so long belongs to a dead builder. */
const CLAIM_MS = 120_000;
const RENEW_MS = 30_000;
const LOOK_MS = 500;

type CarryOut = (act: Act) => Promise<void>;

/** Makes the artefact when nobody has and it is our turn, else waits for it; then puts it in place. */
export async function buildArtefact(work: Workplace, act: BuildAct, carryOut: CarryOut): Promise<void> {
  const made = await findOrMake(work, act, carryOut);
  // The builder has the archive already; its own read-back is what the others get.
  if (made.isHere) work.log.write('info', `${act.key} built`);
  else await carryOut({ kind: 'fetchBlob', ...made.blob, path: act.archive });
  await carryOut({ kind: 'command', command: act.unpack, long: true });
}

async function findOrMake(
  work: Workplace,
  act: BuildAct,
  carryOut: CarryOut,
): Promise<{ blob: Blob; isHere: boolean }> {
  const { deps, place, log, signal } = work;
  const claim = `build/${act.profile}/${act.key}`;
  const owner = `${place.run}/${place.address}`;
  const builder = work.builds[act.key];
  let builderSeenAt = Date.now();
  let announced = '';

  for (;;) {
    signal.throwIfAborted();
    const blob = await deps.mirror.findCompiled(act.profile, act.key);
    if (blob !== undefined) return { blob, isHere: false };

    const isBuilder = builder === undefined || builder === place.address;
    // The builder makes one artefact after the other: what counts is that it is at work, not at which.
    if (!isBuilder && (await deps.store.claims.holder(presenceOf(builder))) !== undefined) builderSeenAt = Date.now();
    const isOurTurn = isBuilder || Date.now() - builderSeenAt > CLAIM_MS;
    if (isOurTurn && (await deps.store.claims.take(claim, owner, CLAIM_MS)))
      return { blob: await make(work, act, carryOut, { claim, owner }), isHere: true };

    const now = `waits for ${act.key} from ${builder ?? 'a builder'}`;
    if (now !== announced) log.write('info', now);
    announced = now;
    await wait(LOOK_MS, undefined, { signal });
  }
}

async function make(
  work: Workplace,
  act: BuildAct,
  carryOut: CarryOut,
  { claim, owner }: { claim: string; owner: string },
): Promise<Blob> {
  const { claims } = work.deps.store;
  const presence = presenceOf(work.place.address);
  const renew = async (): Promise<void> => {
    await claims.take(claim, owner, CLAIM_MS);
    await claims.take(presence, owner, CLAIM_MS);
  };
  await renew();
  const renewing = setInterval(() => void renew().catch(() => undefined), RENEW_MS);
  try {
    // After a crash the archive may be finished already: it appears whole, as the last thing the build does.
    if (!(await archiveDigest(work, act))) {
      for (const part of act.prepare) await carryOut(part);
      await carryOut({ kind: 'command', command: act.compile, long: true });
    }
    const blob = await work.deps.mirror.addBlob(work.session.readFile(act.archive));
    const digest = await archiveDigest(work, act);
    if (digest !== blob.sha256)
      throw new DeploymentEngineError(
        'ChecksumMismatch',
        `${act.archive} arrived as ${blob.sha256}, the node has ${digest}`,
      );
    await work.deps.mirror.recordCompiled(act.profile, act.key, blob);
    return blob;
  } finally {
    clearInterval(renewing);
    await claims.release(claim, owner);
  }
}

const presenceOf = (address: string): string => `builder/${address}`;

async function archiveDigest({ session }: Workplace, { archive }: BuildAct): Promise<string | undefined> {
  const { stdout } = await session.read(sh`[ -f ${archive} ] && sha256sum ${archive} | cut -d' ' -f1; true`);
  return stdout.trim() || undefined;
}
