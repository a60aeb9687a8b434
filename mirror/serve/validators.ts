import type { IncomingHttpHeaders } from 'node:http';

/** Distinguish one state of a file from another. */
export interface Validators {
  /** With quotes, as in the header. */
  readonly etag: string;
  readonly modified: Date;
}

/** Whether the client's copy is current. If an ETag is sent, it alone decides. */
export function isCurrent(headers: IncomingHttpHeaders, { etag, modified }: Validators): boolean {
  const tags = headers['if-none-match'];
  if (tags !== undefined) return tags === '*' || tags.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
  const since = Date.parse(headers['if-modified-since'] ?? '');
  return !Number.isNaN(since) && wholeSeconds(modified) <= since;
}

/** Whether the file is still the one the client has the beginning of; apt sends a date, browsers an ETag. */
export function mayResume(headers: IncomingHttpHeaders, { etag, modified }: Validators): boolean {
  const condition = headers['if-range'];
  if (condition === undefined) return true;
  return Array.isArray(condition) ? false : condition === etag || wholeSeconds(modified) === Date.parse(condition);
}

// HTTP dates have no fractions.
const wholeSeconds = (date: Date): number => Math.floor(date.getTime() / 1000) * 1000;
