import { type Request, Router } from 'express';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { oneOf } from '../../domain/text/joined.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import { type RouteRow, ROUTES } from '../routes/route-table.ts';
import { isChangingPath } from './foreign-requests.ts';

/** A path and its methods, as in `Allow`. */
interface KnownRoute {
  readonly path: string;
  readonly methods: readonly string[];
}

/**
 * Answers OPTIONS for every path of the table, and throws `MethodNotAllowed` for other methods. Mounted before the routers,
 * because Express treats HEAD as GET, and a HEAD must not act.
 */
export function knownMethods(routes: readonly RouteRow[] = ROUTES): Router {
  const known = Router();
  for (const { path, methods } of knownRoutes(routes))
    known.all(path, ({ method, path: sent }, response, next) => {
      if (methods.includes(method) && method !== 'OPTIONS') return next();
      response.setHeader('Allow', methods.join(', '));
      if (method === 'OPTIONS') return void response.writeHead(204).end();
      throw new DeploymentEngineError(
        'MethodNotAllowed',
        phrase('{path} does not take {method}: use {methods}', { path: sent, method, methods: meant(methods) }),
      );
    });
  return known;
}

/** Every path of ours with all its methods; the Web UI knows its own. */
function knownRoutes(routes: readonly RouteRow[]): KnownRoute[] {
  const ours = routes.flatMap(({ method, path }) =>
    typeof path === 'string' && !path.startsWith('/temporal') ? [{ method, path }] : [],
  );
  return [...Map.groupBy(ours, ({ path }) => path)].map(([path, rows]) => {
    const own = new Set<string>(rows.map(({ method }) => method));
    if (own.has('GET') && !isChangingPath(path)) own.add('HEAD');
    return { path, methods: [...own, 'OPTIONS'] };
  });
}

const meant = (methods: readonly string[]): Text =>
  oneOf(methods.filter((method) => method !== 'HEAD' && method !== 'OPTIONS'));

export const routeNotFound = ({ method, path }: Pick<Request, 'method' | 'path'>): DeploymentEngineError =>
  new DeploymentEngineError('RouteNotFound', phrase('there is no {method} {path}', { method, path }));
