import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { pino } from 'pino';
import { type Engine, startEngine } from '../../server/engine.ts';
import { temporalProgram } from '../../server/temporal/temporal-program.ts';
import { ownServer, type TemporalServer } from '../../temporal/temporal-server.ts';
import { temporalPath } from './temporal-path.ts';

export interface EmbeddedTemporal {
  readonly address: string;
  /** The same, as our programs take it. */
  readonly server: TemporalServer;
  readonly uiUrl: string;
  readonly dataDir: string;
  readonly engine: Engine;
  stop(): Promise<void>;
}

/**
 * A Temporal server of its own, started as the engine starts it, with namespace and search attributes ready. Where no folder is
 * given it has one that is gone when it has stopped.
 */
export async function startTemporal(folder?: string): Promise<EmbeddedTemporal> {
  const dataDir = folder ?? mkdtempSync(join(tmpdir(), 'temporal-'));
  const port = await freePorts(4);
  const ui = { host: '127.0.0.1', port: port + 3 };
  const program = temporalProgram({ bin: temporalPath(), version: 'test', dataDir, port, ui, env: process.env });
  const engine = await startEngine({ dataDir, log: pino({ level: 'silent' }), stages: [[program]] });
  await engine.ready;
  return {
    address: `127.0.0.1:${port}`,
    server: ownServer({ temporalPort: port }),
    uiUrl: `http://127.0.0.1:${ui.port}`,
    dataDir,
    engine,
    stop: async () => {
      await engine.stop();
      if (folder === undefined) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** The first of so many neighbouring ports that are free now. */
export async function freePorts(count: number): Promise<number> {
  for (;;) {
    const first = 20_000 + Math.floor(Math.random() * 12_000);
    const servers = Array.from({ length: count }, () => createServer());
    try {
      for (const [index, server] of servers.entries()) await listen(server, first + index);
      return first;
    } catch {
      // Somebody has one of them: try others.
    } finally {
      for (const server of servers) server.close();
    }
  }
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}
