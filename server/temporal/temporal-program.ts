import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { withoutOwnSecrets } from '../../domain/schemas/own-secrets.ts';
import { authority, type Environment, type HostAndPort } from '../../domain/schemas/settings.ts';
import { answersTcp } from '../supervise/answers-tcp.ts';
import type { Program } from '../supervise/program.ts';
import { ensureNamespace } from './namespace.ts';
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
const NAMESPACE = 'default';
const SERVING = 1;

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
    untilReady: (signal) => untilTemporalServes({ host: HOST, port }, signal),
  };
}

/** Waits for the server, then makes its namespace ours. */
export async function untilTemporalServes(target: HostAndPort, signal: AbortSignal): Promise<void> {
  // A gRPC connection that meets a closed port backs off for a second.
  while (!(await answersTcp(target))) await sleep(20, undefined, { signal });
  const connection = await Connection.connect({ address: authority(target), connectTimeout: '10s' });
  try {
    while (!(await isServing(connection))) await sleep(30, undefined, { signal });
    await ensureNamespace(connection, NAMESPACE);
  } finally {
    await connection.close();
  }
}

async function isServing({ healthService }: Connection): Promise<boolean> {
  try {
    const answer = await healthService.check({ service: 'temporal.api.workflowservice.v1.WorkflowService' });
    return answer.status === SERVING;
  } catch {
    return false;
  }
}
