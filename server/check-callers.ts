import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownProgram } from '../distribution/own-program.ts';
import { DeploymentEngineError } from '../domain/errors.ts';
import { asksTokens, isReachedByOthers, MAKE_TOKEN, speaksTls } from '../domain/schemas/callers.ts';
import { authority, type Environment, type Settings, usesPostgres } from '../domain/schemas/settings.ts';
import { inOwnLanguage } from '../domain/text/own-language.ts';
import { inLines } from '../domain/text/joined.ts';
import { phrase, type Text } from '../domain/text/text.ts';
import { ownServer, type TemporalServer } from '../temporal/temporal-server.ts';

/**
 * Checks that callers can be authenticated, and PostgreSQL be used, as the settings say. Returns warnings for the operator; throws
 * `EnvironmentLacking` when there is no token, the certificate cannot be used, or the database cannot.
 */
export function checkCallers(settings: Settings, env: Environment): Promise<string> {
  if (!asksTokens(settings) && !speaksTls(settings) && !usesPostgres(settings)) return Promise.resolve('');
  return new Promise((resolve, reject) => {
    execFile(...ownProgram('api/start-check.ts'), { env }, (failure, stdout, stderr) => {
      if (failure === null) resolve(stdout);
      else reject(new DeploymentEngineError('EnvironmentLacking', stderr.trim() || failure.message));
    });
  });
}

/** How callers reach the engine and authenticate, for whoever starts it; `given`: the Temporal server, if it is not the engine's. */
export function callersMet(settings: Settings, given: TemporalServer | undefined): string {
  const { listen, auth, dataDir } = settings;
  const where = authority(listen);
  if (auth === 'none-i-know')
    return inOwnLanguage(
      phrase(
        'WARNING: DEPLOYMENT_ENGINE_AUTH=none-i-know: nobody is asked who they are. Whoever reaches {where} controls the cluster.',
        { where },
      ),
    );
  if (isReachedByOthers(settings) || auth === 'tokens')
    return inOwnLanguage(
      inLines([phrase('Callers of {where} are asked for a token.', { where }), besideTokens(settings, given)]),
    );
  return inOwnLanguage(
    inLines([
      phrase('Only this machine reaches {where}. To open {url} start it with DEPLOYMENT_ENGINE_LISTEN={listen} and', {
        where,
        url: `http://${homeIn(dataDir)}:${listen.port}`,
        listen: `0.0.0.0:${listen.port}`,
      }),
      phrase(
        '  with tokens and TLS (https): DEPLOYMENT_ENGINE_TLS_CERT=FILE DEPLOYMENT_ENGINE_TLS_KEY=FILE, after {command}',
        { command: MAKE_TOKEN },
      ),
      '  for everybody, as in 2014: DEPLOYMENT_ENGINE_AUTH=none-i-know',
    ]),
  );
}

/** Whoever speaks to Temporal commands the engine; it asks nobody. */
function besideTokens(settings: Settings, given: TemporalServer | undefined): Text {
  return given === undefined
    ? phrase('Accounts of this machine reach Temporal ({address}) without one, and so control the cluster too.', {
        address: ownServer(settings).address,
      })
    : phrase('Whoever reaches Temporal ({address}) does so without one, and controls the cluster too.', {
        address: given.address,
      });
}

/** `home` of the newest configuration, as the gateway has written it for the mirror. */
function homeIn(dataDir: string): string {
  try {
    const home = readFileSync(join(dataDir, 'home'), 'utf8').trim();
    return home.includes(':') ? `[${home}]` : home;
  } catch {
    return '<home>';
  }
}
