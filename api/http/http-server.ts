import { createServer, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';

export interface HttpLimits {
  /** Milliseconds for a request's head, for all of it, and between two looks whether they are over. */
  readonly headersMs: number;
  readonly requestMs: number;
  readonly checkMs: number;
  /** Connections of one address at a time, log readers included. */
  readonly perAddress: number;
}

export const LIMITS: HttpLimits = { headersMs: 10_000, requestMs: 30_000, checkMs: 2_000, perAddress: 1_000 };

/** Clients that send half a request are let go; what is offered besides WebSocket (h2c, say) is passed over, as HTTP allows. */
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

/** Ends a connection at once where its address has so many already. */
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
