import { request } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { authority, type HostAndPort, reachedHere } from '../../domain/schemas/settings.ts';

/** The URL of the API's health as this machine reaches it. */
export const healthAddress = (listen: HostAndPort, scheme: 'http' | 'https' = 'http'): string =>
  `${scheme}://${authority(reachedHere(listen))}/deployment-engine/health`;

/** Resolves when the API says that store, Temporal and a worker answer. */
export async function untilHealthy(url: string, signal: AbortSignal): Promise<void> {
  while (!(await isHealthy(url, signal))) await sleep(50, undefined, { signal });
}

const isHealthy = (url: string, signal: AbortSignal): Promise<boolean> =>
  new Promise((resolve) => {
    const within = AbortSignal.any([signal, AbortSignal.timeout(2000)]);
    // Its certificate is made out to the name that callers use; we only ask whether our own child is ready.
    const options = { signal: within, agent: false, rejectUnauthorized: false };
    (url.startsWith('https:') ? tlsRequest : request)(url, options, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    })
      .on('error', () => resolve(false))
      .end();
  });
