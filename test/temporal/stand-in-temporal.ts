// What a Temporal server may say that ours, which obeys everybody, never does. gRPC is HTTP/2 with the outcome in the trailers.
import { once } from 'node:events';
import { createSecureServer, createServer, type Http2Server, type SecureServerOptions } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** By the last part of a method's name: the code of gRPC, and bytes of the answer or words of the refusal. */
export type Answers = Readonly<Record<string, readonly [status: number, said: string | Uint8Array]>>;

const SERVING = Uint8Array.of(8, 1);
const NOTHING = new Uint8Array();

/** Listens until the test is over; what is not among the answers is done, with an empty answer. Gives `host:port`. */
export async function standInTemporal(answers: Answers, tls?: SecureServerOptions): Promise<string> {
  const server: Http2Server = tls === undefined ? createServer() : createSecureServer(tls);
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', (session) => void sessions.add(session));
  server.on('sessionError', () => undefined);
  server.on('stream', (stream, headers) => {
    const method = String(headers[':path']).split('/').at(-1) ?? '';
    const [status, said] = answers[method] ?? [0, method === 'Check' ? SERVING : NOTHING];
    const words = typeof said === 'string' ? { 'grpc-message': encodeURIComponent(said) } : {};
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': `${status}`, ...words }));
    if (typeof said === 'string') stream.end();
    else stream.end(Buffer.concat([Uint8Array.of(0, 0, 0, 0, said.length), said]));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
