import process from 'node:process';
import { DeploymentEngineError, isEngineError } from '../domain/errors.ts';
import { localLine } from '../domain/run/log.ts';
import { asksTokens, MAKE_TOKEN } from '../domain/schemas/callers.ts';
import { parseSettings, usesPostgres } from '../domain/schemas/settings.ts';
import { inOwnLanguage, speakAsSet } from '../domain/text/own-language.ts';
import { phrase, type Text } from '../domain/text/text.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { tokenWarning } from './callers/token-warning.ts';
import { certificateWarning, readCertificate } from './http/certificate.ts';

// Run by the supervisor before it starts an engine that other machines can reach, or that keeps everything in PostgreSQL:
// checks that there are tokens, a usable certificate and a usable database. Warnings go to stdout, the reason why it cannot start to stderr.

async function check(): Promise<void> {
  speakAsSet(process.env);
  const settings = parseSettings(process.env);
  const certificate = readCertificate(settings);
  const warning = certificate === undefined ? undefined : certificateWarning(certificate, Date.now());
  if (warning !== undefined) tell(warning);
  if (!asksTokens(settings) && !usesPostgres(settings)) return;
  const store = await openStore(settings);
  try {
    if (asksTokens(settings)) await checkTokens(store);
  } finally {
    await store.close();
  }
}

/** An engine whose tokens are over starts all the same: it has runs and a cluster to watch, and a token is made beside it. */
async function checkTokens(store: Store): Promise<void> {
  const tokens = await store.tokens.all();
  const warning = tokenWarning(tokens, Date.now());
  if (tokens.length > 0) return warning === undefined ? undefined : warn(store, warning);
  throw new DeploymentEngineError(
    'EnvironmentLacking',
    phrase(
      'the engine would ask callers for tokens, and there is none. Make one, and start it again:\n  {command}\nOn a closed network DEPLOYMENT_ENGINE_AUTH=none-i-know serves everybody instead.',
      { command: MAKE_TOKEN },
    ),
  );
}

function tell(warning: Text): void {
  process.stdout.write(`${inOwnLanguage(phrase('Warning: {what}', { what: warning }))}\n`);
}

async function warn({ log }: Store, warning: Text): Promise<void> {
  tell(warning);
  // Whoever starts it has read it, and the engine says itself what is wrong with its store.
  await log.append(0, [localLine(warning, 'warn')]).catch(() => undefined);
}

try {
  await check();
} catch (error) {
  process.stderr.write(`${isEngineError(error) ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
