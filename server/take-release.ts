import { execFile } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { DeploymentEngineError } from '../domain/errors.ts';
import type { Environment } from '../domain/schemas/settings.ts';

const PROGRAM = fileURLToPath(new URL('../mirror/take-release.ts', import.meta.url));

/**
 * Checks the release that the engine was given, takes it into the mirror and returns its sha256: API and worker then deploy the
 * same one, whatever happens to the file. Throws `EnvironmentLacking` with everything that is wrong with it.
 */
export function takeRelease(env: Environment): Promise<string> {
  return new Promise((resolve, reject) => {
    // Reading a large release takes minutes, so it must end with this process.
    const command = ['--pdeathsig', 'TERM', '--', process.execPath, PROGRAM];
    execFile('setpriv', command, { env, maxBuffer: Infinity }, (failure, stdout, stderr) => {
      if (failure === null) return resolve(stdout);
      const given = env['DEPLOYMENT_ENGINE_RELEASE'];
      const said = stderr.trim() || failure.message;
      reject(new DeploymentEngineError('EnvironmentLacking', `DEPLOYMENT_ENGINE_RELEASE: ${given}: ${said}`));
    });
  });
}
