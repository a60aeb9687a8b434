import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { withoutSession } from '../callers/credential.ts';

/** About one connection, or about one body's way over it. */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** Proves who the caller is to us, who have asked; or would make another request of the one that we have judged. */
const NOT_PASSED_ON = /^(?:authorization|cookie|forwarded|via|x-forwarded-.*|x-http-method.*|x-method-override)$/;

/** The headers with which a request goes on to the Temporal Web UI. */
export function upstreamHeaders(headers: IncomingHttpHeaders, protocol: string): OutgoingHttpHeaders {
  const ofThisHop = [
    ...HOP_BY_HOP,
    ...(headers.connection ?? '')
      .toLowerCase()
      .split(',')
      .map((name) => name.trim()),
  ];
  const passed = Object.entries(headers).filter(([name]) => !ofThisHop.includes(name) && !NOT_PASSED_ON.test(name));
  const cookie = withoutSession(headers);
  return {
    ...Object.fromEntries(passed),
    ...(cookie === '' ? {} : { cookie }),
    // Without it a body of unknown length could be read as the next request.
    ...(headers['transfer-encoding'] === undefined ? {} : { 'transfer-encoding': 'chunked' }),
    'x-forwarded-host': headers.host ?? '',
    'x-forwarded-proto': protocol,
  };
}
