import type { Scope } from '../../domain/access/scopes.ts';

/** A route and the scope it needs; `anyone` = no token. */
export interface RouteRow {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | '*';
  readonly path: string | RegExp;
  readonly scope: Scope | 'anyone';
  /** True where it only tells how the engine is: whoever watches that is let in while the store does not answer, too. */
  readonly tellsHealth?: true;
  /** The path of a pattern, for people. */
  readonly described?: string;
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

/** Queries of the Web UI: they change nothing although they are POSTs. The workflow ids are ours. */
const TEMPORAL_QUERY =
  /^\/temporal\/api\/v1\/namespaces\/[\w-]+\/workflows\/(?:[\w:-]|\.(?!\.)|%2F|%3A)+\/query\/\w+$/i;

/**
 * Every route with its scope, including the log socket and the Web UI. The gate refuses what is not here, 405 and `Allow` go by
 * it, and the gateway does not start with a route that is not here, so no route is without a scope. The first matching row counts.
 */
export const ROUTES: readonly RouteRow[] = [
  // What a browser needs to sign in, and what monitoring needs to see that the engine is alive.
  ...api('anyone', ['GET /health', 'POST /session', 'DELETE /session', 'GET /pages.css']),
  row('anyone', 'GET', '/favicon.ico'),

  row('viewer', 'GET', '/'),
  { ...row('viewer', 'GET', '/metrics'), tellsHealth: true },
  ...api('viewer', ['GET /index.js', 'GET /log.html', 'GET /log.js', 'GET /words.js', 'GET /log', 'GET /session']),
  ...api('viewer', ['GET /config', 'GET /status', 'GET /runs', 'GET /runs/:run', 'GET /download', 'PUT /download']),
  ...api('viewer', ['GET /hardware', 'GET /preflight', 'GET /plan', 'GET /hosts', 'GET /activation']),
  ...api('viewer', ['GET /openapi.json', 'GET /api.html', 'GET /api.js']),

  ...api('operator', [
    'POST /config',
    'GET /deploy',
    'POST /deploy',
    'POST /runs/:run/resolve',
    'POST /runs/:run/cancel',
  ]),
  ...api('operator', ['GET /restart', 'PUT /restart', 'POST /restart', 'GET /stop', 'PUT /stop', 'POST /stop']),
  // These make the engine log in to addresses that the caller names.
  ...api('operator', ['POST /plan', 'POST /preflight']),

  ...api('admin', [
    'GET /credentials',
    'POST /credentials',
    'POST /hosts/:ip/trust',
    'POST /hosts/adopt',
    'POST /activation',
  ]),

  {
    ...row('viewer', 'POST', TEMPORAL_QUERY),
    described: '/temporal/api/v1/namespaces/:namespace/workflows/:workflow/query/:query',
  },
  row('viewer', 'GET', '/temporal{/*rest}'),
  row('operator', '*', '/temporal{/*rest}'),
];
