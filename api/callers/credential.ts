import type { IncomingHttpHeaders } from 'node:http';

/** What a caller authenticates with. */
export interface Credential {
  readonly kind: 'token' | 'session';
  readonly text: string;
}

const COOKIE = 'deployment_engine_session';

/** A token in `Authorization: Bearer`, else a browser's session. */
export function credentialOf(headers: IncomingHttpHeaders): Credential | undefined {
  const [, token] = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '') ?? [];
  if (token !== undefined) return { kind: 'token', text: token };
  const session = sessionOf(headers);
  return session === undefined ? undefined : { kind: 'session', text: session };
}

export function sessionOf({ cookie = '' }: IncomingHttpHeaders): string | undefined {
  const pairs = cookie.split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
}

/** The value of `Set-Cookie`; `maxAge` in seconds, 0 to delete the cookie. */
export const sessionCookie = (text: string, maxAge: number, isSecure: boolean): string =>
  `${COOKIE}=${text}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`;
