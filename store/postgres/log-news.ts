import pg from 'pg';
import type { LogNews } from '../log/contract.ts';
import { connectionSettings, type PostgresSettings } from './connection-settings.ts';

/** A look without news, while the database would tell: should a word of it get lost, nobody waits longer. */
const LISTENING_POLL_MS = 2_000;
const RECONNECT_MS = 1_000;

interface Listening extends LogNews {
  close(): Promise<void>;
}

/** Listens on a connection of its own from the first wait on; without it, readers poll. */
export function listenForLines(settings: PostgresSettings): Listening {
  const waiting = new Set<() => void>();
  let count = 0;
  let client: pg.Client | undefined;
  let nextTry = 0;
  let isListening = false;
  let isClosed = false;

  const wake = (): void => {
    count += 1;
    for (const waiter of waiting) waiter();
  };

  const lost = (which: pg.Client): void => {
    if (client !== which) return;
    client = undefined;
    isListening = false;
    nextTry = Date.now() + RECONNECT_MS;
    which.end().catch(() => {});
    wake();
  };

  const prepared = (which: pg.Client): pg.Client =>
    which
      .on('notification', wake)
      .on('error', () => lost(which))
      .on('end', () => lost(which));

  const listen = async (): Promise<void> => {
    if (isClosed || client !== undefined || Date.now() < nextTry) return;
    nextTry = Date.now() + RECONNECT_MS;
    let fresh: pg.Client | undefined;
    try {
      // Reads the files of certificates anew.
      fresh = prepared(new pg.Client(connectionSettings(settings)));
      client = fresh;
      await fresh.connect();
      await fresh.query(`listen ${pg.escapeIdentifier(settings.cluster)}`);
      isListening = client === fresh;
      // What came before is found by looking.
      wake();
    } catch {
      if (fresh !== undefined) lost(fresh);
    }
  };

  return {
    seen: () => count,

    async after(seen, pollMs) {
      void listen();
      if (count !== seen) return;
      await new Promise<void>((resolve) => {
        const done = (): void => {
          waiting.delete(done);
          clearTimeout(timer);
          resolve();
        };
        const timer = setTimeout(done, isListening ? LISTENING_POLL_MS : pollMs);
        waiting.add(done);
      });
    },

    async close() {
      isClosed = true;
      const last = client;
      client = undefined;
      await last?.end().catch(() => {});
    },
  };
}
