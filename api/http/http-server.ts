import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Certificate } from './certificate.ts';

export interface HttpLimits {
  /** Milliseconds: for the headers of a request, for the whole request, and between two checks for late ones. */
  readonly headersMs: number;
  readonly requestMs: number;
  readonly checkMs: number;
  /** Connections per client address, log readers included. */
  readonly perAddress: number;
}

export const LIMITS: HttpLimits = { headersMs: 10_000, requestMs: 30_000, checkMs: 2_000, perAddress: 1_000 };

export type HttpServer = Server | TlsServer;

/** Drops clients that send half a request; ignores upgrades other than WebSocket (such as h2c), as HTTP allows. */
export function createHttpServer(
  listener: RequestListener,
  limits: HttpLimits = LIMITS,
  certificate?: Certificate,
): HttpServer {
  const options: ServerOptions = {
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: limits.checkMs,
    shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
  };
  const server =
    certificate === undefined
      ? createServer(options, listener)
      : createTlsServer({ ...options, ...certificate, handshakeTimeout: limits.headersMs }, listener);
  return server.on('connection', endBeyond(limits.perAddress));
}

/** Closes a connection at once when its address has too many already. */
function endBeyond(most: number): (socket: Socket) => void {
  const open = new Map<string, number>();
  return (socket) => {
    const { remoteAddress = '' } = socket;
    const others = open.get(remoteAddress) ?? 0;
    if (others >= most) return void socket.destroy();
    open.set(remoteAddress, others + 1);
    socket.once('close', () => {
      const left = (open.get(remoteAddress) ?? 1) - 1;
      if (left === 0) open.delete(remoteAddress);
      else open.set(remoteAddress, left);
    });
  };
}
