import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Configuration } from '../../domain/configuration.ts';
import { isEngineError } from '../../domain/errors.ts';
import { finding, proxyFindings, rooms, type RoomWanted } from '../../domain/node/judge-surroundings.ts';
import type { Finding } from '../../domain/node/preflight.ts';
import { phrase } from '../../domain/text/text.ts';
import type { ActivityDependencies } from '../activity-dependencies.ts';
import { engineRelease } from '../wanted/release-to-deploy.ts';
import { lookAround, surroundingsIn } from './look-around.ts';

const LOOK_MS = 10_000;
const ROOM: RoomWanted = { least: 100 * 1024, usual: 2048 * 1024 };

type Own = Pick<ActivityDependencies, 'folders' | 'mirror' | 'release'>;

/** What about the control machine itself would stop or slow a deploy. */
export async function ownFindings(deps: Own, { properties }: Configuration): Promise<Finding[]> {
  const where = phrase('the control machine ({home})', { home: properties.home });
  const folders = [...new Set([...deps.folders, '/tmp'])];
  const { stdout } = await promisify(execFile)('sh', ['-c', lookAround(folders).text], {
    timeout: LOOK_MS,
    // A control machine with many containers has megabytes of mounts.
    maxBuffer: 64 * 1024 ** 2,
  });
  const seen = surroundingsIn(stdout);
  const wanted = Object.fromEntries(folders.map((folder) => [folder, ROOM]));
  return [
    ...rooms(seen, wanted).map(finding('space', where)),
    ...proxyFindings(seen).map(finding('proxies', where)),
    ...(await mirrorFindings(deps)).map(finding('mirror', where)),
  ];
}

async function mirrorFindings(deps: Own) {
  try {
    await engineRelease(deps);
    await deps.mirror.aptKey();
    return [];
  } catch (error) {
    if (!isEngineError(error)) throw error;
    return [{ severity: 'stops', what: error.text, remedy: 'run ./local_build.sh' } as const];
  }
}
