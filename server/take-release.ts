import { execFile } from 'node:child_process';
import { ownProgram } from '../distribution/own-program.ts';
import { DeploymentEngineError } from '../domain/errors.ts';
import { phrase } from '../domain/text/text.ts';
import type { Environment } from '../domain/schemas/settings.ts';

/**
 * Checks the release that the engine was given, takes it into the mirror and returns its sha256: API and worker then deploy the
 * same one, whatever happens to the file. Throws `EnvironmentLacking` with everything that is wrong with it.
 */
export function takeRelease(env: Environment): Promise<string> {
  return new Promise((resolve, reject) => {
    // Reading a large release takes minutes, so it must end with this process.
    execFile(...ownProgram('mirror/take-release.ts'), { env, maxBuffer: Infinity }, (failure, stdout, stderr) => {
      if (failure === null) return resolve(stdout);
      const given = env['DEPLOYMENT_ENGINE_RELEASE'];
      const what = stderr.trim() || failure.message;
      const place = `DEPLOYMENT_ENGINE_RELEASE: ${given}`;
      reject(new DeploymentEngineError('EnvironmentLacking', phrase('{place}: {what}', { place, what })));
    });
  });
}
