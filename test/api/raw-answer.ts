import { type IncomingHttpHeaders, request } from 'node:http';
import { expectDescribed, type Gateway } from './gateway.ts';

export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Also with GET, which fetch does not send. */
  readonly body?: string;
}

export interface RawAnswer {
  readonly status: number;
  /** Of a problem. */
  readonly code: string | undefined;
  readonly text: string;
}

/** Asks with exactly these headers, follows no redirect, and has the answer be as the API is described. */
export function rawAnswer(
  { url }: Pick<Gateway, 'url'>,
  { method, path, headers = {}, body = '' }: RawRequest,
): Promise<RawAnswer> {
  const length = body === '' ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    request(`${url}${path}`, { method, headers: { ...length, ...headers } }, (answer) => {
      answer
        .toArray()
        .then((pieces) => {
          const text = Buffer.concat(pieces as Buffer[]).toString();
          const { statusCode: status = 0, headers: told } = answer;
          expectDescribed({ method, path, status, headers: new Headers(flat(told)), text });
          const isProblem = told['content-type']?.startsWith('application/problem+json') === true;
          const { code } = (isProblem ? JSON.parse(text || '{}') : {}) as { code?: string };
          return { status, code, text };
        })
        .then(resolve, reject);
    })
      .on('error', reject)
      .end(body);
  });
}

const flat = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value ?? []].flat().join(', ')]));
