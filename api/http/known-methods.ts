import { type Request, Router } from 'express';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { oneOf } from '../../domain/text/joined.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import { ASKED_FIRST } from './ask-first.ts';
import { isChangingPath } from './foreign-requests.ts';

/** A path and its methods, as in `Allow`. */
interface KnownRoute {
  readonly path: string;
  readonly methods: readonly string[];
}

/**
 * Answers OPTIONS for every path of the routers, and throws `MethodNotAllowed` for other methods. Mounted before the routers,
 * because Express treats HEAD as GET, and a HEAD must not act.
 */
export function knownMethods(routers: readonly Router[], mount = ''): Router {
  const known = Router();
  for (const { path, methods } of routesOf(routers, mount))
    known.all(path, ({ method, path: sent, baseUrl }, response, next) => {
      if (methods.includes(method) && method !== 'OPTIONS') return next();
      response.setHeader('Allow', methods.join(', '));
      if (method === 'OPTIONS') return void response.writeHead(204).end();
      throw new DeploymentEngineError(
        'MethodNotAllowed',
        phrase('{path} does not take {method}: use {methods}', {
          path: baseUrl + sent,
          method,
          methods: meant(methods),
        }),
      );
    });
  return known;
}

/** Every path of the routers with all its methods. */
function routesOf(routers: readonly Router[], mount: string): KnownRoute[] {
  const routes = routers.flatMap(({ stack }) => stack.flatMap(({ route }) => route ?? []));
  return [...Map.groupBy(routes, ({ path }) => path)].map(([path, same]) => {
    const own = new Set(same.flatMap(({ stack }) => stack.map(({ method }) => method.toUpperCase())));
    if (own.has('GET') && !isChangingPath(mount + path)) own.add('HEAD');
    if (isAskedFirst(mount + path)) own.add('POST');
    return { path, methods: [...own, 'OPTIONS'] };
  });
}

const isAskedFirst = (path: string): boolean => ASKED_FIRST.some((name) => path === `/deployment-engine/${name}`);

const meant = (methods: readonly string[]): Text =>
  oneOf(methods.filter((method) => method !== 'HEAD' && method !== 'OPTIONS'));

export const routeNotFound = ({ method, path }: Pick<Request, 'method' | 'path'>): DeploymentEngineError =>
  new DeploymentEngineError('RouteNotFound', phrase('there is no {method} {path}', { method, path }));
