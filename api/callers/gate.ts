import { type Request, type RequestHandler, Router } from 'express';
import { covers, SCOPES } from '../../domain/access/scopes.ts';
import { DeploymentEngineError } from '../../domain/errors.ts';
import type { ApiDependencies } from '../api-dependencies.ts';
import { isNavigation } from '../http/ask-first.ts';
import { ROUTES, type RouteRow } from '../routes/route-table.ts';
import { audit } from './audit.ts';
import { rememberCaller } from './caller.ts';

const READING = ['GET', 'HEAD', 'OPTIONS'];
const ORDER: readonly RouteRow['scope'][] = ['anyone', ...SCOPES];

/** Lets a request through to its route when its caller may use it; every other request ends here. */
export function createGate(dependencies: ApiDependencies, routes: readonly RouteRow[] = ROUTES): Router {
  const { callers } = dependencies;
  const gate = Router();
  for (const [path, rows] of Map.groupBy(routes, (row) => row.path)) gate.all(path, pass(rows));
  gate.use((async (request) => {
    // What exists is nobody's business who may use none of it.
    await callers.identify(request);
    throw new DeploymentEngineError('RouteNotFound', `there is no ${request.method} ${request.path}`);
  }) satisfies RequestHandler);
  return gate;

  function pass(rows: readonly RouteRow[]): RequestHandler {
    return async (request, response, next) => {
      const scope = scopeOf(rows, request.method);
      // A later row of another path may know the method: the Web UI's queries are beside its other calls.
      if (scope === undefined) return next();
      if (scope !== 'anyone') {
        const caller = await callers.identify(request);
        rememberCaller(response, caller);
        if (scope !== 'viewer' && !isLook(request))
          audit(request, response, { caller, address: callers.addressOf(request) }, dependencies);
        if (!covers(caller.scope, scope)) throw forbidden(request, scope, caller.scope);
      }
      next('router');
    };
  }
}

/** What acts on none: a browser that is led there is shown a page with a button. */
const isLook = ({ method, headers }: Request): boolean =>
  method === 'HEAD' || method === 'OPTIONS' || (method === 'GET' && isNavigation(headers));

/** A method that a path does not take is refused behind the gate, to those who may use the path at all. */
function scopeOf(rows: readonly RouteRow[], method: string): RouteRow['scope'] | undefined {
  const own = rows.find((row) => row.method === method || row.method === '*');
  if (own !== undefined) return own.scope;
  if (READING.includes(method)) return least(rows.filter((row) => row.method === 'GET')) ?? least(rows);
  return rows.some(({ path }) => path instanceof RegExp) ? undefined : least(rows);
}

const least = (rows: readonly RouteRow[]): RouteRow['scope'] | undefined =>
  ORDER.find((scope) => rows.some((row) => row.scope === scope));

const forbidden = ({ method, path }: Request, needs: string, has: string): DeploymentEngineError =>
  new DeploymentEngineError('Forbidden', `${method} ${path} needs scope ${needs}, and this token has ${has}`);

/** Throws for a route that the table does not have. */
export function assertInTable(method: string, path: string, routes: readonly RouteRow[] = ROUTES): void {
  if (routes.some((row) => row.method === method && row.path === path)) return;
  throw new Error(`${method} ${path} has no scope: it needs a row in api/routes/route-table.ts`);
}
