import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { DeploymentEngineError } from '../../domain/errors.ts';
import type { Certificate } from './certificate.ts';
import { endWithProblem } from './problem.ts';

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
  answerMalformed(server);
  // Whoever expects what we do not know gets an answer all the same.
  server.on('checkExpectation', listener);
  return server.on('connection', endBeyond(limits.perAddress));
}

/** Answers what Node cannot read as a request, or not in time, as every other error is answered. */
function answerMalformed(server: HttpServer): void {
  const answers = new WeakMap<Duplex, ServerResponse>();
  server.prependListener('request', ({ socket }: IncomingMessage, answer: ServerResponse) =>
    answers.set(socket, answer),
  );
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    const answer = answers.get(socket);
    // What has begun cannot become another answer.
    const isAnswering = answer !== undefined && answer.headersSent && !answer.writableFinished;
    if (!socket.writable || isAnswering || error.code === 'ECONNRESET') socket.destroy(error);
    else endWithProblem(socket, unreadable(error));
  });
}

function unreadable({ code }: NodeJS.ErrnoException): DeploymentEngineError {
  if (code === 'HPE_HEADER_OVERFLOW')
    return new DeploymentEngineError('HeadersTooLarge', 'the headers of a request may have at most 16 KiB');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new DeploymentEngineError('RequestTimedOut', 'the request did not come in time; send it again');
  return new DeploymentEngineError('InvalidRequest', 'this is no HTTP request, or its length is not clear');
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
