import { type Request, type RequestHandler, Router } from 'express';
import { covers, SCOPES } from '../../domain/access/scopes.ts';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { phrase } from '../../domain/text/text.ts';
import type { ApiDependencies } from '../api-dependencies.ts';
import { isNavigation } from '../http/ask-first.ts';
import { routeNotFound } from '../http/known-methods.ts';
import { rememberRoute } from '../metrics/measured-route.ts';
import { ROUTES, type RouteRow } from '../routes/route-table.ts';
import { audit } from './audit.ts';
import { rememberCaller } from './caller.ts';

const READING = ['GET', 'HEAD', 'OPTIONS'];
const ORDER: readonly RouteRow['scope'][] = ['anyone', ...SCOPES];

/** Passes a request to its route when its caller may use it, and answers all others. */
export function createGate(dependencies: ApiDependencies, routes: readonly RouteRow[] = ROUTES): Router {
  const { callers } = dependencies;
  const gate = Router();
  for (const [path, rows] of Map.groupBy(routes, (row) => row.path)) gate.all(path, pass(rows));
  gate.use((async (request) => {
    // Callers without any rights do not learn which routes exist.
    await callers.identify(request);
    throw routeNotFound(request);
  }) satisfies RequestHandler);
  return gate;

  function pass(rows: readonly RouteRow[]): RequestHandler {
    return async (request, response, next) => {
      const [row] = rows;
      if (row !== undefined) rememberRoute(response, row.path);
      const scope = scopeOf(rows, request.method);
      // A later row may match the path with this method: the Web UI's queries are listed beside its other calls.
      if (scope === undefined) return next();
      if (scope !== 'anyone') {
        const isWatched = rows.some((row) => row.tellsHealth === true && row.method === request.method);
        const caller = await (isWatched ? callers.watching : callers).identify(request);
        rememberCaller(response, caller);
        if (scope !== 'viewer' && !isLook(request))
          audit(request, response, { caller, address: callers.addressOf(request) }, dependencies);
        if (!covers(caller.scope, scope)) throw forbidden(request, scope, caller.scope);
      }
      next('router');
    };
  }
}

/** GETs that need a button: a browser that follows a link there gets a page instead. */
const isLook = ({ method, headers }: Request): boolean =>
  method === 'HEAD' || method === 'OPTIONS' || (method === 'GET' && isNavigation(headers));

/** Methods a path does not take are refused behind the gate, for callers who may use the path. */
function scopeOf(rows: readonly RouteRow[], method: string): RouteRow['scope'] | undefined {
  const own = rows.find((row) => row.method === method || row.method === '*');
  if (own !== undefined) return own.scope;
  if (READING.includes(method)) return least(rows.filter((row) => row.method === 'GET')) ?? least(rows);
  return rows.some(({ path }) => path instanceof RegExp) ? undefined : least(rows);
}

const least = (rows: readonly RouteRow[]): RouteRow['scope'] | undefined =>
  ORDER.find((scope) => rows.some((row) => row.scope === scope));

const forbidden = ({ method, path }: Request, needs: string, has: string): DeploymentEngineError =>
  new DeploymentEngineError(
    'Forbidden',
    phrase('{method} {path} needs scope {needs}, and this token has {has}', { method, path, needs, has }),
  );

/** Throws for a route that the table does not have. */
export function assertInTable(method: string, path: string, routes: readonly RouteRow[] = ROUTES): void {
  if (routes.some((row) => row.method === method && row.path === path)) return;
  throw new Error(`${method} ${path} has no scope: it needs a row in api/routes/route-table.ts`);
}
