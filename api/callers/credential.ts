import type { IncomingHttpHeaders } from 'node:http';
import { type CallerSettings, speaksTls } from '../../domain/schemas/callers.ts';

/** What a caller authenticates with. */
export interface Credential {
  readonly kind: 'token' | 'session';
  readonly text: string;
}

const COOKIE = 'deployment_engine_session';
/** Browsers take it of this host alone, over TLS alone; another service of the machine cannot write it. */
const SECURE_COOKIE = `__Host-${COOKIE}`;

/** A token in `Authorization: Bearer`, else a browser's session. */
export function credentialOf(headers: IncomingHttpHeaders, isSecure: boolean): Credential | undefined {
  const [, token] = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '') ?? [];
  if (token !== undefined) return { kind: 'token', text: token };
  const session = sessionOf(headers, isSecure);
  return session === undefined ? undefined : { kind: 'session', text: session };
}

export const sessionOf = (headers: IncomingHttpHeaders, isSecure: boolean): string | undefined => {
  const start = `${nameOf(isSecure)}=`;
  return cookiesOf(headers)
    .find((pair) => pair.startsWith(start))
    ?.slice(start.length);
};

/** All other cookies, as the value of `Cookie`. */
export const withoutSession = (headers: IncomingHttpHeaders): string =>
  cookiesOf(headers)
    .filter((pair) => !isSession(pair))
    .join('; ');

const isSession = (pair: string): boolean =>
  [COOKIE, SECURE_COOKIE].some((name) => pair === name || pair.startsWith(`${name}=`));

const cookiesOf = ({ cookie = '' }: IncomingHttpHeaders): readonly string[] =>
  cookie
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '');

/** Whether browsers reach the API over TLS, its own or a proxy's. */
export const isSecureFor = (settings: CallerSettings): boolean =>
  speaksTls(settings) || settings.tls === 'behind-proxy';

const nameOf = (isSecure: boolean): string => (isSecure ? SECURE_COOKIE : COOKIE);

/** The value of `Set-Cookie`; `maxAge` in seconds, 0 to delete the cookie. */
export const sessionCookie = (text: string, maxAge: number, isSecure: boolean): string =>
  `${nameOf(isSecure)}=${text}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`;
