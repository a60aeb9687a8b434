import type { IncomingMessage } from 'node:http';
import { hostname } from 'node:os';
import type { RequestHandler } from 'express';
import { InputError } from '../../domain/errors.ts';
import type { Store } from '../../store/store.ts';
import type { ApiDependencies } from '../api-dependencies.ts';
import { STORE_ANSWERS_WITHIN_MS, within } from '../within.ts';
import { isSecureFor } from '../callers/credential.ts';
import { refuseForeign } from './foreign-requests.ts';
import { hostOf, isOwnName } from './own-names.ts';
import { refuseProxied } from './proxied-requests.ts';

/** Judges where a request comes from; throws `ForeignOrigin`, or `InvalidRequest`. */
export type Guard = (request: IncomingMessage) => Promise<void>;

type Guarding = Pick<ApiDependencies, 'ownAddresses' | 'settings'> & {
  readonly store: Pick<Store, 'configurations'>;
};

export function createGuard({ settings, store, ownAddresses }: Guarding): Guard {
  let known: readonly string[] | undefined;
  return async (request) => {
    refuseFragment(request);
    refuseProxied(request, settings, ownAddresses());
    const names = [hostname(), settings.listen.host, ...settings.names, ...ownAddresses()];
    const host = hostOf(request.headers.host);
    // Reading it costs a store query, and it is nearly always one of our own addresses already.
    if (host !== undefined && !isOwnName(host, names)) names.push(...(await home()));
    refuseForeign(request, { names, origins: settings.origins, scheme: isSecureFor(settings) ? 'https' : 'http' });
  };

  /** While the store does not answer, what it said last: who asks by that name is to hear what is wrong. */
  async function home(): Promise<readonly string[]> {
    const asked = store.configurations.newest().then((revision) => {
      const names = revision === undefined ? [] : [revision.configuration.properties.home];
      known = names;
      return names;
    });
    const last = known;
    if (last === undefined) return asked;
    return within(
      STORE_ANSWERS_WITHIN_MS,
      asked.catch(() => last),
      last,
    );
  }
}

/** No client sends one. What comes after it would be judged by us and dropped by whoever serves the request, or the reverse. */
function refuseFragment({ url = '' }: IncomingMessage): void {
  if (!url.includes('#')) return;
  throw new InputError('InvalidRequest', [{ pointer: '', message: 'the target of a request has no fragment (#)' }]);
}

/** Guards every route, and lets the pages of DEPLOYMENT_ENGINE_ORIGINS read the answers. */
export const guardRoutes =
  (guard: Guard, origins: readonly string[]): RequestHandler =>
  async (request, response, next) => {
    await guard(request);
    const { origin } = request.headers;
    if (origin === undefined || !origins.includes(origin)) return next();
    response.setHeader('Access-Control-Allow-Origin', origin);
    response.setHeader('Access-Control-Expose-Headers', 'Content-Range, ETag, Link, Location, Retry-After');
    response.vary('Origin');
    if (request.method !== 'OPTIONS') return next();
    response.setHeader('Access-Control-Allow-Methods', 'GET, POST, PUT');
    response.setHeader('Access-Control-Allow-Headers', 'Authorization, Content-Type, If-Match, If-Range, Range');
    response.writeHead(204).end();
  };
