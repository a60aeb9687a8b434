import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

const INLINE_SCRIPT = /<script>([^]*?)<\/script>/g;
const unpack = promisify(gunzip);

/** Forwards a page of the Web UI with a Content-Security-Policy: under a public path the Web UI sends none. */
export async function sendUiPage(answer: IncomingMessage, response: ServerResponse): Promise<void> {
  const sent = Buffer.concat(await answer.toArray());
  const isPacked = answer.headers['content-encoding'] === 'gzip';
  const page = isPacked ? await unpack(sent) : sent;
  const { 'content-encoding': _, 'content-length': __, 'transfer-encoding': ___, ...headers } = answer.headers;
  response.writeHead(answer.statusCode ?? 502, {
    ...headers,
    'content-length': page.length,
    'content-security-policy': policyFor(page.toString()),
  });
  response.end(page);
}

/** Nothing from other origins; of inline scripts only those the page came with. */
function policyFor(page: string): string {
  const digests = [...page.matchAll(INLINE_SCRIPT)].map(
    ([, script = '']) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`,
  );
  return [
    "default-src 'self'",
    ["script-src 'self'", ...digests].join(' '),
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'self'",
  ].join('; ');
}
