import process from 'node:process';
import { forgetProxies } from '../domain/proxy-variables.ts';
import { inOwnLanguage } from '../domain/text/own-language.ts';
import { phrase } from '../domain/text/text.ts';
import type { TemporalServer } from '../temporal/temporal-server.ts';
import { untilServes } from '../temporal/until-serves.ts';

const WITHIN_MS = 30_000;

/** Waits for a Temporal server that others run, and makes its namespace ours. Throws `EnvironmentLacking`. */
export async function awaitTemporal(server: TemporalServer, say: (line: string) => unknown): Promise<void> {
  // gRPC takes its proxies from there.
  forgetProxies(process.env);
  const { warnings } = await untilServes(server, { withinMs: WITHIN_MS });
  for (const warning of warnings) say(inOwnLanguage(phrase('Warning: {what}', { what: warning })));
}
