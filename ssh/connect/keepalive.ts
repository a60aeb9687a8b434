import type { Client } from 'ssh2';

/** A silent server is given up after this many unanswered questions. */
const MOST_UNANSWERED = 3;
/** Of connections that nobody waits for, so many are asked in one interval. */
const UNAWAITED = 400;

export interface Keepalive {
  /** Between two questions, in milliseconds. */
  readonly intervalMs: number;
  /** How many connections there are, roughly. */
  connections(): number;
}

/**
 * Asks the server in each interval whether it is still there, unless it has said something by itself, and closes the connection if it
 * stays silent for four of them. While nobody waits for it and there are more than 400 connections, it is asked more seldom: asking
 * 5,000 in each interval took half of a worker's time. ssh2's own questions cannot be delayed.
 */
export function keepAlive(client: Client, { intervalMs, connections }: Keepalive, isAwaited: () => boolean): void {
  const ssh = client as unknown as Inside;
  let unanswered = 0;
  let intervals = 0;
  /** Bytes received, as far as they have been noticed. */
  let heard = 0;
  const timer = setInterval(() => {
    intervals += 1;
    const hasSpoken = ssh._sock.bytesRead !== heard;
    heard = ssh._sock.bytesRead;
    if (hasSpoken && unanswered === 0) {
      intervals = 0;
      return;
    }
    if (unanswered === 0 && intervals * UNAWAITED < connections() && !isAwaited()) return;
    intervals = 0;
    if (unanswered === MOST_UNANSWERED) {
      client.destroy();
      return;
    }
    unanswered += 1;
    // Answers come in the order of questions.
    ssh._callbacks.push(() => {
      unanswered = 0;
      // The answer itself does not count.
      heard = ssh._sock.bytesRead;
    });
    ssh._protocol.ping();
  }, intervalMs);
  client.once('close', () => clearInterval(timer));
}

interface Inside {
  readonly _callbacks: (() => void)[];
  readonly _protocol: { ping(): void };
  readonly _sock: { readonly bytesRead: number };
}
