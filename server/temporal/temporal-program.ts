import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { withoutOwnSecrets } from '../../domain/schemas/own-secrets.ts';
import type { Environment, HostAndPort } from '../../domain/schemas/settings.ts';
import { ownServer } from '../../temporal/temporal-server.ts';
import { untilServes } from '../../temporal/until-serves.ts';
import type { Program } from '../supervise/program.ts';
import { temporalDatabase } from './temporal-database.ts';

export interface TemporalOptions {
  readonly bin: string;
  readonly version: string;
  readonly dataDir: string;
  /** gRPC; the next two ports are HTTP and metrics. */
  readonly port: number;
  /** Its Web UI. */
  readonly ui: HostAndPort;
  readonly env: Environment;
}

const HOST = '127.0.0.1';

/**
 * The embedded Temporal server with its Web UI under `/temporal`. Its HTTP API, which obeys any web page, answers only to a
 * secret host name.
 */
export function temporalProgram({ bin, version, dataDir, port, ui, env }: TemporalOptions): Program {
  const portSetting = 'DEPLOYMENT_ENGINE_TEMPORAL_PORT';
  return {
    name: 'temporal',
    // One server per file: in WAL mode a second one on other ports would start without an error.
    command: [
      'flock',
      '--no-fork',
      '--timeout',
      '5',
      '--conflict-exit-code',
      '75',
      join(dataDir, 'temporal.lock'),
    ].concat(
      [bin, 'server', 'start-dev', '--ip', HOST, '--log-format', 'json', '--log-level', 'error'],
      ['--port', `${port}`, '--http-port', `${port + 1}`, '--metrics-port', `${port + 2}`],
      ['--ui-ip', ui.host, '--ui-port', `${ui.port}`],
      ['--dynamic-config-value', `frontend.httpAllowedHosts=["${randomUUID()}.invalid"]`],
      ['--ui-disable-news-fetch', '--ui-public-path', '/temporal', '--db-filename', temporalDatabase(dataDir, version)],
      ['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=FULL'],
    ) as [string, ...string[]],
    env: withoutOwnSecrets(env),
    ports: [
      ...[port, port + 1, port + 2].map((number) => ({ host: HOST, port: number, setting: portSetting })),
      { ...ui, setting: 'DEPLOYMENT_ENGINE_TEMPORAL_UI_PORT' },
    ],
    stopWithin: 2500,
    untilReady: async (signal) => void (await untilServes(ownServer({ temporalPort: port }), { signal })),
  };
}
