import type { LogWanted } from '../domain/run/log.ts';
import { inOwnLanguage } from '../domain/text/own-language.ts';
import { phrase } from '../domain/text/text.ts';
import { logs } from './proxies.ts';
import { refuse } from './refuse.ts';

/** Copies an instance's log from its node into the store, for the gateway. */
export async function copyLog(input?: LogWanted): Promise<void> {
  if (typeof input?.instance !== 'string' || typeof input.copy !== 'string')
    throw refuse(
      'InvalidRequest',
      'It answers PUT /deployment-engine/download and cannot be started by itself: ask for the log there.',
    );
  await logs.copyLog.executeWithOptions(
    { summary: inOwnLanguage(phrase('Read the logs of {instance}', { instance: input.instance })) },
    [input],
  );
}
