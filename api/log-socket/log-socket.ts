import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { DeploymentEngineError, isEngineError } from '../../domain/errors.ts';
import { inLanguage } from '../../domain/text/in-language.ts';
import { phrase } from '../../domain/text/text.ts';
import type { Store } from '../../store/store.ts';
import type { ApiDependencies } from '../api-dependencies.ts';
import { isOfFile } from '../http/foreign-requests.ts';
import type { Guard } from '../http/guard.ts';
import type { HttpServer } from '../http/http-server.ts';
import { languageOf } from '../http/language.ts';
import { looksLikeBrowser } from '../http/looks-like-browser.ts';
import { endWithProblem } from '../http/problem.ts';
import { runNotFound, runNumber } from '../routes/runs.ts';
import { currentRun, settleRun } from '../temporal/settle-run.ts';
import { gapFrame, logFrame } from './log-frame.ts';
import { linesOfRun, linesOfRuns, type LogPage } from './log-lines.ts';
import type { LogReader } from './log-readers.ts';
import { type LogRequest, parseLogRequest } from './log-request.ts';
import { assertStream } from './log-stream.ts';
import { createRunWatch } from './run-watch.ts';

const PATH = '/deployment-engine/log';
/** Largest frame of a client, in bytes; its content is ignored. */
const MAX_FRAME = 4096;
const PING_EVERY_MS = 30_000;
const PINGS_UNANSWERED = 4;
const SETTLE_EVERY_MS = 5000;
const GOING_AWAY = 1001;
const INTERNAL_ERROR = 1011;
const NOT_ALLOWED = 1008;
const LOOK_EVERY_MS = 5000;

/** A reader's request with the run it names, if any. */
interface Reading {
  readonly request: LogRequest;
  readonly run: number | undefined;
}

type Serving = Pick<ApiDependencies, 'callers' | 'cluster' | 'followRun' | 'log' | 'readers'> & {
  readonly store: Pick<Store, 'claims' | 'configurations' | 'log' | 'nodes' | 'runs'>;
};

/** Serves `GET /log` as a WebSocket and refuses every other upgrade. Returns a function that closes all sockets. */
export function attachLogSocket(server: HttpServer, dependencies: Serving, guard: Guard): { close(): void } {
  const { store, log, callers, readers } = dependencies;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME, perMessageDeflate: false });
  const source = { ...dependencies, runWatch: createRunWatch(store) };

  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    accept(request).then(
      (reading) => sockets.handleUpgrade(request, socket, head, (webSocket) => void serve(webSocket, reading, request)),
      (error: unknown) => {
        if (isRefusedFile(request, error))
          return sockets.handleUpgrade(request, socket, head, (webSocket) => sayRefusal(webSocket, request, error));
        if (!isEngineError(error)) log.error({ err: error, url: request.url }, 'an upgrade failed unexpectedly');
        refuse(request, socket, error);
      },
    );
  });

  sockets.on('wsClientError', ({ message }, socket, request) =>
    endWithProblem(
      socket,
      new DeploymentEngineError('InvalidRequest', phrase('this is no upgrade to a WebSocket: {why}', { why: message })),
      { language: languageOf(request.headers['accept-language']), headers: { 'Sec-WebSocket-Version': '13' } },
    ),
  );

  // Readers of a run must see its end even when its workflow was terminated.
  const settling = setInterval(() => {
    if (sockets.clients.size > 0)
      currentRun(dependencies).catch((error: unknown) => log.error({ err: error }, 'settling the current run failed'));
  }, SETTLE_EVERY_MS);

  return {
    close() {
      clearInterval(settling);
      for (const client of sockets.clients) client.close(GOING_AWAY, 'the engine stops');
    },
  };

  async function accept(request: IncomingMessage): Promise<Reading> {
    await guard(request);
    await callers.identify(request);
    const url = URL.parse(request.url ?? '', 'http://engine');
    if (url?.pathname !== PATH)
      throw new DeploymentEngineError('RouteNotFound', phrase('{url} is not a WebSocket', { url: request.url ?? '' }));
    const wish = parseLogRequest(url.searchParams);
    if (wish.stream !== undefined) await assertStream(store, wish.stream);
    if (wish.run === undefined) return { request: wish, run: undefined };
    const number = runNumber(wish.run);
    const run = number === undefined ? undefined : await store.runs.get(number);
    if (run === undefined) throw runNotFound(wish.run);
    await settleRun(run, dependencies);
    return { request: wish, run: run.number };
  }

  /** A reader whose token ends meanwhile reads no further. A store that does not answer says nothing of the token. */
  function endWithToken(webSocket: WebSocket, sender: IncomingMessage, signal: AbortSignal): void {
    const timer = setInterval(() => {
      callers.look(sender).then(
        (caller) => {
          if (caller === undefined) webSocket.close(NOT_ALLOWED, 'the token is over');
        },
        (error: unknown) => log.error({ err: error }, 'looking at the token of a reader failed'),
      );
    }, LOOK_EVERY_MS);
    signal.addEventListener('abort', () => clearInterval(timer));
  }

  async function serve(webSocket: WebSocket, { request, run }: Reading, sender: IncomingMessage): Promise<void> {
    const ended = new AbortController();
    webSocket.on('close', () => ended.abort());
    webSocket.on('error', () => webSocket.terminate());
    keepAlive(webSocket, ended.signal);
    endWithToken(webSocket, sender, ended.signal);
    const reader = readers.add(ended.signal, request.stream === undefined);
    try {
      const lines =
        run === undefined ? linesOfRuns(source, request, ended.signal) : linesOfRun(source, run, request, ended.signal);
      await send(webSocket, lines, { ...request, reader }, ended.signal);
      webSocket.close(1000, 'the run has ended');
    } catch (error) {
      // Who has said goodbye gets nothing more, and may not have read it yet.
      if (ended.signal.aborted || webSocket.readyState !== webSocket.OPEN) return;
      log.error({ err: error }, 'serving the log failed');
      webSocket.close(INTERNAL_ERROR);
    }
  }
}

/** Sends the next page when the one before is sent: a slow reader costs one page of memory. */
async function send(
  webSocket: WebSocket,
  pages: AsyncIterable<LogPage>,
  { format, reader }: Pick<LogRequest, 'format'> & { readonly reader: LogReader },
  signal: AbortSignal,
): Promise<void> {
  for await (const page of pages) {
    if (signal.aborted) return;
    const frames = 'gap' in page ? [gapFrame(page.gap, format)] : page.lines.map((line) => logFrame(line, format));
    await sent(webSocket, frames);
    const last = 'gap' in page ? undefined : page.lines.at(-1);
    if (last !== undefined) reader.sent(last);
  }
}

const sent = (webSocket: WebSocket, frames: readonly string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    for (const frame of frames.slice(0, -1)) webSocket.send(frame);
    const last = frames.at(-1);
    if (last === undefined) resolve();
    else webSocket.send(last, (error) => (error == null ? resolve() : reject(error)));
  });

type Reader = Pick<WebSocket, 'bufferedAmount' | 'on' | 'ping' | 'terminate'>;

/**
 * Drops a reader that answers no ping and takes nothing off our hands either. A slow one answers late: a ping waits behind all
 * that was sent before it, megabytes in the kernel included, which shows no progress here.
 */
export function keepAlive(webSocket: Reader, signal: AbortSignal, everyMs = PING_EVERY_MS): void {
  let unanswered = 0;
  let waiting = 0;
  webSocket.on('pong', () => (unanswered = 0));
  const timer = setInterval(() => {
    if (webSocket.bufferedAmount !== waiting) unanswered = 0;
    if (unanswered >= PINGS_UNANSWERED) return webSocket.terminate();
    unanswered += 1;
    webSocket.ping();
    // The ping itself waits too.
    waiting = webSocket.bufferedAmount;
  }, everyMs);
  signal.addEventListener('abort', () => clearInterval(timer));
}

/** Whether a browser was refused the log for a page that it has opened from a file. */
const isRefusedFile = ({ headers, url }: IncomingMessage, error: unknown): error is DeploymentEngineError =>
  isEngineError(error) &&
  error.code === 'ForeignOrigin' &&
  isOfFile(headers) &&
  looksLikeBrowser(headers) &&
  URL.parse(url ?? '', 'http://engine')?.pathname === PATH;

/** Browsers show no page what a refused upgrade says, so such a page gets one line, which it shows or logs, and no more. */
function sayRefusal(webSocket: WebSocket, { headers }: IncomingMessage, { text }: DeploymentEngineError): void {
  webSocket.on('error', () => webSocket.terminate());
  const line = inLanguage(text, languageOf(headers['accept-language']));
  const said = { seq: 0, time: Date.now(), run: 0, stream: 'local', node: undefined, step: undefined, line } as const;
  webSocket.send(logFrame({ ...said, level: 'error' }, 'html'));
  webSocket.close(NOT_ALLOWED, `ForeignOrigin: ${PATH}.html shows the log`);
}

const refuse = (request: IncomingMessage, socket: Duplex, error: unknown): void =>
  endWithProblem(socket, error, { language: languageOf(request.headers['accept-language']) });
