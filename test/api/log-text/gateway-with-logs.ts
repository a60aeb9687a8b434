import { beginRun, type Gateway, line, startGateway } from '../gateway.ts';

/** Has run one run, of nats/0 on 10.0.0.1. */
export async function gatewayWithLogs(): Promise<Gateway> {
  const gateway = await startGateway({ clock: () => Date.UTC(2026, 0, 1, 14, 3, 22) });
  const nats = { component: 'nats', address: '10.0.0.1' } as const;
  await gateway.store.nodes.ensureNumbers([nats, { component: 'nats', address: '10.0.0.9' }]);
  const release = 'f'.repeat(64);
  await gateway.store.installed.note({ id: 'nats/0', number: 0, ...nats }, { revision: 1, release });
  const { number } = await beginRun(gateway, 'first');
  await gateway.store.log.append(number, [
    line('connected', '10.0.0.1'),
    line('deploy begins'),
    line('start nats: running', 'nats_0'),
    line('another', 'dea_0'),
  ]);
  return gateway;
}

export const download = (
  { fetch: ask }: Gateway,
  body: string,
  headers: Record<string, string> = {},
): Promise<Response> => ask('/deployment-engine/download', { method: 'PUT', body, headers });
