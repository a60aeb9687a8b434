import process from 'node:process';
import { DeploymentEngineError, isEngineError } from '../domain/errors.ts';
import { asksTokens, MAKE_TOKEN } from '../domain/schemas/callers.ts';
import { parseSettings } from '../domain/schemas/settings.ts';
import { openStore } from '../store/open-store.ts';
import { certificateWarning, readCertificate } from './http/certificate.ts';

// Run by the supervisor before it starts an engine that other machines can reach: checks that there is a valid token and a usable
// certificate. Warnings go to stdout, the reason why it cannot start to stderr.

async function check(): Promise<void> {
  const settings = parseSettings(process.env);
  const certificate = readCertificate(settings);
  const warning = certificate === undefined ? undefined : certificateWarning(certificate, Date.now());
  if (warning !== undefined) process.stdout.write(`Warning: ${warning}\n`);
  if (!asksTokens(settings)) return;
  const store = await openStore(settings);
  const tokens = await store.tokens.all();
  await store.close();
  if (tokens.some(({ revokedAt, expiresAt }) => revokedAt === undefined && expiresAt > Date.now())) return;
  throw new DeploymentEngineError(
    'EnvironmentLacking',
    `the engine would ask callers for tokens, and there is none in force. Make one, and start it again:\n  ${MAKE_TOKEN}\n` +
      'On a closed network DEPLOYMENT_ENGINE_AUTH=none-i-know serves everybody instead.',
  );
}

try {
  await check();
} catch (error) {
  process.stderr.write(`${isEngineError(error) ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
