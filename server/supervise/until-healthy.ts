import { setTimeout as sleep } from 'node:timers/promises';
import { authority, type HostAndPort } from '../../domain/schemas/settings.ts';

/** The URL of the API's health as this machine reaches it. */
export const healthAddress = ({ host, port }: HostAndPort): string => {
  const reached = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${authority({ host: reached, port })}/deployment-engine/health`;
};

/** Resolves when the API says that store, Temporal and a worker answer. */
export async function untilHealthy(url: string, signal: AbortSignal): Promise<void> {
  while (!(await isHealthy(url, signal))) await sleep(50, undefined, { signal });
}

async function isHealthy(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(2000)]) });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}
