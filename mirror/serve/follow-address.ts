import type { Server } from 'node:http';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HostAndPort } from '../../domain/schemas/settings.ts';

export interface FollowOptions {
  /** Creates a server that does not listen yet. */
  readonly createServer: () => Server;
  /** Asked repeatedly; undefined = not known now, so the present address stays. */
  readonly wanted: () => Promise<HostAndPort | undefined>;
  readonly report: (event: 'listening' | 'stopped' | 'cannot listen', address: HostAndPort, error?: Error) => void;
  /** Stops following and closes the listener. */
  readonly signal: AbortSignal;
  /** Milliseconds between two calls of `wanted`, and the first pause after a failure. Default: 500. */
  readonly pollMs?: number;
}

const LONGEST_PAUSE_MS = 5_000;
const FINISH_WITHIN_MS = 400;

/** Listens at the wanted address, moves when it changes, and tries again while it does not exist. */
export async function followAddress(options: FollowOptions): Promise<void> {
  const { createServer, wanted, report, signal, pollMs = 500 } = options;
  let bound: { readonly server: Server; readonly address: HostAndPort } | undefined;
  let pause = pollMs;
  let reported = '';
  while (!signal.aborted) {
    const address = await wanted();
    if (bound !== undefined && address !== undefined && !same(bound.address, address)) {
      await close(bound.server);
      report('stopped', bound.address);
      bound = undefined;
    }
    if (bound === undefined && address !== undefined) {
      try {
        bound = { server: await listen(createServer(), address), address };
        [pause, reported] = [pollMs, ''];
        report('listening', address);
      } catch (error) {
        const { message } = error as Error;
        if (message !== reported) report('cannot listen', address, error as Error);
        reported = message;
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      }
    }
    await sleep(pause, undefined, { signal }).catch(() => undefined);
  }
  if (bound === undefined) return;
  await close(bound.server);
  report('stopped', bound.address);
}

const same = (one: HostAndPort, other: HostAndPort): boolean => one.host === other.host && one.port === other.port;

async function listen(server: Server, { host, port }: HostAndPort): Promise<Server> {
  server.listen({ host, port });
  await once(server, 'listening');
  return server;
}

// Clients resume downloads that do not end in time.
async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const late = setTimeout(() => server.closeAllConnections(), FINISH_WITHIN_MS);
  await closed;
  clearTimeout(late);
}
