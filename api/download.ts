import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Request, type Response, Router } from 'express';
import { DeploymentEngineError } from '../domain/errors.ts';
import type { Store } from '../store/store.ts';
import type { ApiDependencies } from './dependencies.ts';
import { type LogFile, logFiles, logText, requestedName } from './log-files.ts';
import { bodyText } from './request-input.ts';
import { LOG_TYPE, sendJson } from './respond.ts';

/** `GET /download`: the names of all logs; `PUT /download`: the text of one. */
export function downloadRoutes({ store }: ApiDependencies): Router {
  const router = Router();

  router.get('/download', async (_request, response) => {
    const names = (await logFiles(store)).map(({ name }) => name);
    sendJson(response, 200, names, LOG_TYPE);
  });

  router.put('/download', async (request, response) => {
    const file = await requestedFile(request, store);
    response.setHeader('Content-Type', LOG_TYPE);
    response.setHeader('Accept-Ranges', 'bytes');
    if (request.headers.range === undefined) await send(logText(store, file), response);
    else await sendRange(request, response, () => logText(store, file));
  });

  return router;
}

// Looked up in the list, never made into a path.
async function requestedFile(request: Request, store: Store): Promise<LogFile> {
  const name = requestedName(bodyText(request));
  const file = (await logFiles(store)).find((candidate) => candidate.name === name);
  if (file !== undefined) return file;
  throw new DeploymentEngineError('LogNotFound', `there is no log ${name ?? 'of that name'}; GET /download lists them`);
}

/** One range is served; several, or a range nobody understands, get the whole text, as HTTP allows. */
async function sendRange(request: Request, response: Response, text: () => AsyncIterable<Buffer>): Promise<void> {
  let total = 0;
  for await (const piece of text()) total += piece.length;
  const ranges = request.range(total);
  if (ranges === -1) {
    response.writeHead(416, { 'Content-Range': `bytes */${total}` }).end();
    return;
  }
  const range = Array.isArray(ranges) && ranges.type === 'bytes' && ranges.length === 1 ? ranges[0] : undefined;
  if (range === undefined) return send(text(), response);
  const { start, end } = range;
  response.writeHead(206, { 'Content-Range': `bytes ${start}-${end}/${total}`, 'Content-Length': end - start + 1 });
  await send(cut(text(), start, end), response);
}

async function* cut(pieces: AsyncIterable<Buffer>, start: number, end: number): AsyncGenerator<Buffer> {
  let at = 0;
  for await (const piece of pieces) {
    const part = piece.subarray(Math.max(0, start - at), Math.max(0, end + 1 - at));
    if (part.length > 0) yield part;
    at += piece.length;
    if (at > end) return;
  }
}

const send = (pieces: AsyncIterable<Buffer>, response: Response): Promise<void> =>
  pipeline(Readable.from(pieces, { objectMode: true }), response);
