import { createServer, type RequestListener, type Server } from 'node:http';

/** Clients that send half a request are let go; what is offered besides WebSocket (h2c, say) is passed over, as HTTP allows. */
export const createHttpServer = (listener: RequestListener): Server =>
  createServer(
    {
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      connectionsCheckingInterval: 2_000,
      shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
    },
    listener,
  );
