import { createServer, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';

export interface HttpLimits {
  /** Milliseconds: for the headers of a request, for the whole request, and between two checks for late ones. */
  readonly headersMs: number;
  readonly requestMs: number;
  readonly checkMs: number;
  /** Connections per client address, log readers included. */
  readonly perAddress: number;
}

export const LIMITS: HttpLimits = { headersMs: 10_000, requestMs: 30_000, checkMs: 2_000, perAddress: 1_000 };

/** Drops clients that send half a request; ignores upgrades other than WebSocket (such as h2c), as HTTP allows. */
export const createHttpServer = (listener: RequestListener, limits: HttpLimits = LIMITS): Server =>
  createServer(
    {
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      connectionsCheckingInterval: limits.checkMs,
      shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
    },
    listener,
  ).on('connection', endBeyond(limits.perAddress));

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
