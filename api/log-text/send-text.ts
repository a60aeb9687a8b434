import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { phrase } from '../../domain/text/text.ts';
import type { ByteRange } from '../../store/log/contract.ts';
import { LOG_TYPE } from '../http/respond.ts';
import type { LogText } from './log-text.ts';

/**
 * Serves one range. Several ranges or an unknown unit get the whole text, as HTTP allows; so does an `If-Range` for a text that
 * is not the beginning of this one.
 */
export async function sendText(request: Request, response: Response, text: LogText): Promise<void> {
  response.setHeader('Content-Type', LOG_TYPE);
  response.setHeader('Accept-Ranges', 'bytes');
  response.setHeader('ETag', text.etag);
  const range = isWanted(request, text) ? await rangeOf(request, text) : undefined;
  if (range === undefined) return send(text.read(), response);
  const { total, start, end } = range;
  if (start > end) {
    response.setHeader('Content-Range', `bytes */${total}`);
    throw new DeploymentEngineError('RangeNotSatisfiable', phrase('the log has {total} bytes', { total }));
  }
  response.writeHead(206, { 'Content-Range': `bytes ${start}-${end}/${total}`, 'Content-Length': end - start + 1 });
  await send(text.read({ start, end }), response);
}

/** The `If-Range` of a range request: the text the client has the beginning of. */
export const conditionOf = ({ headers }: Request): string | undefined =>
  headers.range === undefined ? undefined : String(headers['if-range'] ?? '') || undefined;

function isWanted(request: Request, text: LogText): boolean {
  if (request.headers.range === undefined) return false;
  const condition = conditionOf(request);
  return condition === undefined || text.continues(condition);
}

/** An unsatisfiable range has its start after its end. */
async function rangeOf(request: Request, text: LogText): Promise<(ByteRange & { total: number }) | undefined> {
  const total = await text.size();
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
  // More than there is means all of it, and a range that goes backwards is none; the parser calls both unsatisfiable.
  if (first === '' && Number(last) > total && total > 0) return { total, start: 0, end: total - 1 };
  if (first !== '' && last !== '' && Number(first) > Number(last)) return undefined;
  const ranges = request.range(total);
  if (ranges === -1) return { total, start: 1, end: 0 };
  const range = Array.isArray(ranges) && ranges.type === 'bytes' && ranges.length === 1 ? ranges[0] : undefined;
  return range && { total, ...range };
}

const send = (pieces: AsyncIterable<Buffer>, response: Response): Promise<void> =>
  pipeline(Readable.from(pieces, { objectMode: true }), response);
