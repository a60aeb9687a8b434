import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { layoutOf } from '../layout.ts';
import { parseRange } from './range.ts';
import { requestedFile } from './requested-file.ts';
import { isCurrent, mayResume, type Validators } from './validators.ts';

/** Called for every answer that is an error of ours. */
export type ReportError = (error: unknown, target: string) => void;

const IDLE_MS = 60_000;

/** The mirror over HTTP, not yet listening: blobs, apt repositories and their key, read only. */
export function createMirrorServer(root: string, reportError: ReportError = () => undefined): Server {
  const layout = layoutOf(root);
  const server = createServer((request, response) => {
    const target = request.url ?? '/';
    answer(request, response, requestedFile(layout, target)).catch((error: unknown) => {
      if (!isClientGone(error)) reportError(error, target);
      if (response.headersSent) response.destroy();
      else end(response, 500);
    });
  });
  // A node that is cut off during a download must not hold its connection for ever.
  server.timeout = IDLE_MS;
  server.keepAliveTimeout = IDLE_MS;
  return server;
}

type Requested = ReturnType<typeof requestedFile>;

async function answer(request: IncomingMessage, response: ServerResponse, requested: Requested): Promise<void> {
  request.resume();
  if (request.method !== 'GET' && request.method !== 'HEAD') return end(response, 405, { Allow: 'GET, HEAD' });
  const handle = requested && (await openFile(requested.path));
  if (requested === undefined || handle === undefined) return end(response, 404);
  await using file = handle;
  const { size, mtime, mtimeMs, ino } = await file.stat();
  const validators: Validators = { etag: `"${ino}-${size}-${mtimeMs}"`, modified: mtime };
  const headers = {
    ETag: validators.etag,
    'Last-Modified': mtime.toUTCString(),
    'Cache-Control': requested.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
  };
  if (isCurrent(request.headers, validators)) return end(response, 304, headers);

  const range = mayResume(request.headers, validators) ? parseRange(request.headers.range, size) : undefined;
  if (range === 'unsatisfiable') return end(response, 416, { 'Content-Range': `bytes */${size}` });
  const { first, last } = range ?? { first: 0, last: size - 1 };
  response.writeHead(range === undefined ? 200 : 206, {
    ...headers,
    ...(range === undefined ? {} : { 'Content-Range': `bytes ${first}-${last}/${size}` }),
    'Content-Type': 'application/octet-stream',
    'Content-Length': last - first + 1,
    'Accept-Ranges': 'bytes',
  });
  if (request.method === 'HEAD' || last < first) response.end();
  else await pipeline(file.createReadStream({ start: first, end: last, autoClose: false }), response);
}

/** Opens a regular file; undefined for anything else. */
async function openFile(path: string): Promise<FileHandle | undefined> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    if ((await file.stat()).isFile()) return file;
    await file.close();
  } catch (error) {
    const absent = ['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'];
    if (!absent.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
  return undefined;
}

function end(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  const length: Record<string, string> = status === 304 ? {} : { 'Content-Length': '0' };
  response.writeHead(status, { ...length, ...headers }).end();
}

const isClientGone = (error: unknown): boolean =>
  ['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE'].includes((error as NodeJS.ErrnoException).code ?? '');
