import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { collectDefaultMetrics, type Registry } from 'prom-client';
import type { HostAndPort } from '../../domain/schemas/settings-values.ts';

const SDK_ANSWERS_WITHIN_MS = 2_000;

/**
 * Answers `GET /metrics` with our figures, those of the process and those of Temporal's SDK; ends when aborted. Whoever reaches the address reads
 * them: they name steps and error codes, never nodes.
 */
export async function serveMetrics(
  listen: HostAndPort,
  registry: Registry,
  { sdk, signal }: { readonly sdk: string; readonly signal: AbortSignal },
): Promise<Server> {
  collectDefaultMetrics({ register: registry });
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') return void response.writeHead(404).end('see /metrics\n');
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return void response.writeHead(405, { Allow: 'GET, HEAD' }).end();
    Promise.all([registry.metrics(), metricsOf(sdk)]).then(
      (texts) => response.writeHead(200, { 'Content-Type': registry.contentType }).end(texts.join('\n')),
      (error: unknown) => response.writeHead(500).end(`${String(error)}\n`),
    );
  });
  signal.addEventListener('abort', () => server.close().closeAllConnections());
  server.listen(listen);
  await once(server, 'listening');
  return server;
}

/** The SDK serves its figures itself, on an address of loopback. Ours are told without them, too. */
async function metricsOf(sdk: string): Promise<string> {
  try {
    const answer = await fetch(`http://${sdk}/metrics`, { signal: AbortSignal.timeout(SDK_ANSWERS_WITHIN_MS) });
    if (answer.ok) return await answer.text();
    return `# no figures of Temporal's SDK: it answered ${answer.status}\n`;
  } catch (error) {
    return `# no figures of Temporal's SDK: ${String(error)}\n`;
  }
}
