import type { Scope } from '../../domain/access/scopes.ts';

/** A route, and the least that its callers must be allowed; `anyone` = without a token. */
export interface RouteRow {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | '*';
  readonly path: string | RegExp;
  readonly scope: Scope | 'anyone';
}

const row = (scope: RouteRow['scope'], method: RouteRow['method'], path: RouteRow['path']): RouteRow => ({
  method,
  path,
  scope,
});

const api = (scope: RouteRow['scope'], routes: readonly string[]): readonly RouteRow[] =>
  routes.map((route) => {
    const [method = '', path = ''] = route.split(' ');
    return row(scope, method as RouteRow['method'], `/deployment-engine${path}`);
  });

/** What the Web UI asks a workflow; a query changes nothing, although it is a POST. Ids are those that we give. */
const TEMPORAL_QUERY =
  /^\/temporal\/api\/v1\/namespaces\/[\w-]+\/workflows\/(?:[\w:-]|\.(?!\.)|%2F|%3A)+\/query\/\w+$/i;

/**
 * Every route with its scope, the log socket's and the Web UI's included. The gate lets nothing through that is not here, and
 * the gateway does not start with a route that is not: a route without a scope does not exist. Of several rows the first counts.
 */
export const ROUTES: readonly RouteRow[] = [
  // What a browser needs to sign in, and what tells a monitor that the engine is alive.
  ...api('anyone', ['GET /health', 'POST /session', 'DELETE /session', 'GET /pages.css']),
  row('anyone', 'GET', '/favicon.ico'),

  row('viewer', 'GET', '/'),
  ...api('viewer', ['GET /index.js', 'GET /log.html', 'GET /log.js', 'GET /log', 'GET /session']),
  ...api('viewer', ['GET /config', 'GET /status', 'GET /runs', 'GET /runs/:run', 'GET /download', 'PUT /download']),
  ...api('viewer', ['GET /hardware', 'GET /preflight', 'GET /plan', 'GET /hosts']),

  ...api('operator', [
    'POST /config',
    'GET /deploy',
    'POST /deploy',
    'POST /runs/:run/resolve',
    'POST /runs/:run/cancel',
  ]),
  ...api('operator', ['GET /restart', 'PUT /restart', 'POST /restart', 'GET /stop', 'PUT /stop', 'POST /stop']),
  // They have the engine log in at addresses that the caller names.
  ...api('operator', ['POST /plan', 'POST /preflight']),

  ...api('admin', ['GET /credentials', 'POST /credentials', 'POST /hosts/:ip/trust']),

  row('viewer', 'POST', TEMPORAL_QUERY),
  row('viewer', 'GET', '/temporal{/*rest}'),
  row('operator', '*', '/temporal{/*rest}'),
];
