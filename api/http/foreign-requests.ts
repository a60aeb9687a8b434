import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import { ASKED_FIRST } from './ask-first.ts';
import { looksLikeBrowser, takesPages } from './looks-like-browser.ts';
import { hostOf, isOwnName } from './own-names.ts';

/** Which requests are accepted. */
export interface Familiar {
  /** Host names and addresses of the engine, besides loopback. */
  readonly names: readonly string[];
  /** Foreign pages that may call: `https://portal.example`. */
  readonly origins: readonly string[];
  /** How browsers reach the engine. */
  readonly scheme: 'http' | 'https';
}

const pathOf = (name: string): string => `/deployment-engine/${name}`;
// These act or reveal something although the API specification has them as GET; the last two log in to nodes.
const UNASKED_PATHS = ['hardware', 'preflight'].map(pathOf);
const CHANGING_PATHS = [...ASKED_FIRST.map(pathOf), ...UNASKED_PATHS];
const READING_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/** Whether a request changes something, or opens the log socket: browsers do not apply CORS to WebSockets. */
const isChanging = ({ method, url, headers }: Pick<IncomingMessage, 'method' | 'url' | 'headers'>): boolean =>
  !READING_METHODS.includes(method ?? '') || headers.upgrade !== undefined || isChangingPath(url ?? '');

/** Whether even a GET of it changes something. */
export function isChangingPath(url: string, paths: readonly string[] = CHANGING_PATHS): boolean {
  // Express also matches other cases, a trailing slash, and a request line with a whole URL.
  const path = URL.parse(url, 'http://engine')?.pathname.toLowerCase();
  return path === undefined || paths.some((each) => path.startsWith(each) && /^\/*$/.test(path.slice(each.length)));
}

/** Throws `ForeignOrigin` for a request to a name that is not ours, or from a foreign page that changes something. */
export function refuseForeign(request: IncomingMessage, { names, origins, scheme }: Familiar): void {
  const { host: authority, referer, 'sec-fetch-site': site } = request.headers;
  // Browsers that omit one of the two may send the other.
  const origin = request.headers.origin ?? originOf(referer);
  const host = hostOf(authority);
  if (host === undefined || !isOwnName(host, names))
    throw foreign(
      phrase('{host} is not a name of this engine; DEPLOYMENT_ENGINE_NAMES lists further ones', {
        host: authority ?? 'no host',
      }),
    );
  if (!isChanging(request) || (origin !== undefined && origins.includes(origin))) return;
  const isOwnPage = origin === undefined || originHost(origin) === authority?.toLowerCase();
  const isOwnSite = site === undefined || site === 'same-origin' || site === 'none';
  const isOfNoPage = origin === undefined && site === undefined && isPartOfAPage(request);
  if (isOwnPage && isOwnSite && !isOfNoPage) return;
  if (isOfFile(request.headers))
    throw foreign(
      phrase(
        'a page that was opened from a file, or hides its origin, may not call this engine; {page} shows the log',
        {
          page: `${scheme}://${authority ?? ''}/deployment-engine/log.html`,
        },
      ),
    );
  throw foreign(
    phrase('{site} may not call this engine; DEPLOYMENT_ENGINE_ORIGINS lists pages that may', {
      site: origin ?? 'another site',
    }),
  );
}

/** Whether a page asks that has no origin: one from a file, for whose sockets Chromium gives the scheme, or a sandboxed one. */
export const isOfFile = ({ origin }: Pick<IncomingHttpHeaders, 'origin'>): boolean =>
  origin === 'null' || origin === 'file://';

/** Something that a page loads, so that a page with a button would not be seen in its place. */
const isPartOfAPage = ({ method, url, headers }: IncomingMessage): boolean =>
  method === 'GET' && isChangingPath(url ?? '', UNASKED_PATHS) && looksLikeBrowser(headers) && !takesPages(headers);

/** Whether one of our pages under `path` loads this in a frame. */
export function isOwnFrame({ headers }: Pick<IncomingMessage, 'headers'>, path: string): boolean {
  const { 'sec-fetch-dest': destination, 'sec-fetch-site': site, referer, host } = headers;
  if (destination !== undefined || site !== undefined) return destination === 'iframe' && site === 'same-origin';
  // Browsers send these headers only over https and to this machine.
  const page = referer === undefined ? null : URL.parse(referer);
  return page?.host === host?.toLowerCase() && page?.pathname.startsWith(`${path}/`) === true;
}

const originOf = (referer: string | undefined): string | undefined =>
  referer === undefined ? undefined : (URL.parse(referer)?.origin ?? 'null');

const originHost = (origin: string): string | undefined => /^https?:\/\/([^/]+)$/.exec(origin.toLowerCase())?.[1];

const foreign = (message: Text): DeploymentEngineError => new DeploymentEngineError('ForeignOrigin', message);
