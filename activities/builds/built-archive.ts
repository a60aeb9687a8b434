import { byteSize } from '../../domain/byte-size.ts';
import { sh } from '../../domain/command.ts';
import { DeploymentEngineError } from '../../domain/errors.ts';
import type { Blob } from '../../domain/release/release.ts';
import type { BuildAct } from '../../domain/step.ts';
import { phrase } from '../../domain/text/text.ts';
import type { Workplace } from '../attempt/workplace.ts';

/** Bytes; what is larger cannot unpack to what the mirror accepts. */
const LARGEST = 32 * 1024 ** 3;

/**
 * Whether the archive was finished before a crash: it is there, and the node's ledger has a success of the command that makes it
 * in this run. That command renames it into place last; a file of that name alone proves nothing.
 */
export async function isFinished(work: Workplace, act: BuildAct): Promise<boolean> {
  if ((await digestOf(work, act)) === undefined) return false;
  const { deps, session, place, fence, signal } = work;
  const { instance, step } = place;
  const keys = Array.from({ length: place.round }, (_, before) =>
    deps.commandKey({ fence, instance, step, round: before + 1, command: act.compile }),
  );
  const jobs = await session.jobs({ fence, instance, step });
  const made = jobs.findLast(({ key }) => keys.includes(key));
  if (made === undefined) return false;
  const { state, exitCode } = await session.follow(made, { offset: 0, signal });
  return state === 'exited' && exitCode === 0;
}

/** What arrives must equal what the node has; anything else is not given to other nodes. */
export async function readBack(work: Workplace, act: BuildAct, largest = LARGEST): Promise<Blob> {
  const { mirror } = work.deps;
  const blob = await mirror.addBlob(atMost(largest, work, act));
  const digest = await digestOf(work, act);
  if (digest === blob.sha256) return blob;
  const reason = `${act.archive} arrived as ${blob.sha256}, the node has ${digest}`;
  await mirror.quarantine(act.profile, act.key, { sha256: blob.sha256, reason });
  throw new DeploymentEngineError('ChecksumMismatch', reason);
}

/** A node that sends without end must not fill the control machine's disk. */
async function* atMost(largest: number, { session, place }: Workplace, { archive }: BuildAct) {
  let size = 0;
  for await (const chunk of session.readFile(archive)) {
    size += chunk.length;
    if (size > largest)
      throw new DeploymentEngineError(
        'ChecksumMismatch',
        phrase('{archive} of {address} has more than {size}: no package is that large', {
          archive,
          address: place.address,
          size: byteSize(largest),
        }),
      );
    yield chunk;
  }
}

async function digestOf({ session }: Workplace, { archive }: BuildAct): Promise<string | undefined> {
  const { stdout } = await session.read(sh`[ -f ${archive} ] && sha256sum ${archive} | cut -d' ' -f1; true`);
  return stdout.trim() || undefined;
}
