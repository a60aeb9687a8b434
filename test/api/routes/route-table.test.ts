import { once } from 'node:events';
import { request } from 'node:http';
import { beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { covers, SCOPES, type Scope } from '../../../domain/access/scopes.ts';
import { assertInTable } from '../../../api/callers/gate.ts';
import { ROUTES, type RouteRow } from '../../../api/routes/route-table.ts';
import { beginRun, type Gateway, postConfiguration, startGateway } from '../gateway.ts';

const PROXIED = { DEPLOYMENT_ENGINE_AUTH: 'tokens', DEPLOYMENT_ENGINE_TLS: 'behind-proxy' };
const A_DAY = 86_400_000;

/** What a refused or accepted request is told; `in` = it got as far as its route. */
type Verdict = 'in' | 'who?' | 'not you' | 'foreign';

interface Route {
  readonly method: string;
  readonly path: string;
  readonly scope: RouteRow['scope'];
}

const METHODS = { '*': ['POST', 'PUT', 'PATCH', 'DELETE'] };
const QUERY = '/temporal/api/v1/namespaces/default/workflows/cluster%2Fcf%2F7%2Fnode%2F10.0.0.1/query/status';

/** A request of each row, several where it takes any method. */
const inTable: readonly Route[] = ROUTES.flatMap(({ method, path, scope }) => {
  const place = path instanceof RegExp ? QUERY : path;
  const real = place.replace(':run', '1').replace(':ip', '10.0.0.1').replace('{/*rest}', '/api/v1/namespaces');
  return (method === '*' ? METHODS[method] : [method]).map((each) => ({ method: each, path: real, scope }));
});

// What ends a session comes last.
const endsSession = ({ method, path }: Route): boolean => method === 'DELETE' && path.endsWith('/session');
const routes = inTable.toSorted((a, b) => Number(endsSession(a)) - Number(endsSession(b)));

/** These act or reveal when they are merely got. */
const ACTS = /^\/deployment-engine\/(deploy|restart|stop|plan|credentials|hardware|preflight)$/;
const changes = ({ method, path }: Route): boolean => method !== 'GET' || ACTS.test(path);
const signsIn = ({ method, path }: Route): boolean => method === 'POST' && path === '/deployment-engine/session';

interface Tokens {
  readonly viewer: string;
  readonly operator: string;
  readonly admin: string;
  readonly expired: string;
  readonly revoked: string;
  /** A browser's, opened with an operator's token. */
  readonly session: string;
}

let senders = 0;

/** From another address each time, for wrong tokens are counted by address. */
function ask(gateway: Gateway, route: Route, headers: Record<string, string>): Promise<Verdict> {
  senders += 1;
  return askItself(gateway, route, { 'X-Forwarded-For': `10.1.${senders >> 8}.${senders & 255}`, ...headers });
}

/** Without a proxy. */
function askItself({ url }: Gateway, { method, path }: Route, headers: Record<string, string>): Promise<Verdict> {
  return new Promise((resolve, reject) => {
    request(`${url}${path}`, { method, headers }, (answer) => {
      answer.toArray().then((pieces) => {
        const text = Buffer.concat(pieces as Buffer[]).toString();
        const { code } = answer.headers['content-type']?.includes('json') === true ? JSON.parse(text || '{}') : {};
        if (answer.statusCode === 401) resolve('who?');
        else resolve(code === 'Forbidden' ? 'not you' : code === 'ForeignOrigin' ? 'foreign' : 'in');
      }, reject);
    })
      .on('error', reject)
      .end();
  });
}

const bearer = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` });
const unknown = bearer(`de_${'A'.repeat(43)}`);
const needs = ({ scope }: Route, has: Scope): Verdict => (scope === 'anyone' || covers(has, scope) ? 'in' : 'not you');
const nobody = (route: Route): Verdict => (route.scope === 'anyone' && !signsIn(route) ? 'in' : 'who?');
const ofAPage = (route: Route): Verdict => (changes(route) ? 'foreign' : 'in');

interface Case {
  readonly name: string;
  headers(tokens: Tokens): Record<string, string>;
  expected(route: Route): Verdict;
}

const CASES: readonly Case[] = [
  { name: 'nobody', headers: () => ({}), expected: nobody },
  { name: 'an unknown token', headers: () => unknown, expected: nobody },
  { name: 'an expired token', headers: ({ expired }) => bearer(expired), expected: nobody },
  { name: 'a revoked token', headers: ({ revoked }) => bearer(revoked), expected: nobody },
  { name: 'another way to prove it', headers: ({ admin }) => ({ Authorization: `Basic ${admin}` }), expected: nobody },
  ...SCOPES.map((scope) => ({
    name: `scope ${scope}`,
    headers: (tokens: Tokens) => bearer(tokens[scope]),
    expected: (route: Route) => needs(route, scope),
  })),
  {
    name: "a browser's session of an operator",
    headers: ({ session }) => ({ Cookie: `other=1; __Host-deployment_engine_session=${session}` }),
    expected: (route) => (signsIn(route) ? 'who?' : needs(route, 'operator')),
  },
  {
    name: 'a foreign page',
    headers: ({ admin }) => ({ ...bearer(admin), Origin: 'http://evil.example' }),
    expected: ofAPage,
  },
  {
    name: 'another site',
    headers: ({ admin }) => ({ ...bearer(admin), 'Sec-Fetch-Site': 'cross-site' }),
    expected: ofAPage,
  },
  {
    name: 'a name that was made to point here',
    headers: ({ admin }) => ({ ...bearer(admin), Host: 'rebound.example' }),
    expected: () => 'foreign',
  },
];

async function tokensOf({ store }: Gateway): Promise<Tokens> {
  const make = async (scope: Scope, expiresAt = Date.now() + A_DAY) =>
    store.tokens.create({ name: scope, scope, expiresAt });
  const [viewer, operator, admin] = [await make('viewer'), await make('operator'), await make('admin')];
  const [expired, revoked] = [await make('admin', Date.now() - 1), await make('admin')];
  await store.tokens.revoke(revoked.token.id);
  return {
    viewer: viewer.text,
    operator: operator.text,
    admin: admin.text,
    expired: expired.text,
    revoked: revoked.text,
    session: await store.sessions.open(operator.token.id, Date.now() + A_DAY),
  };
}

/** A gateway that asks for tokens, with something to look at, and nodes that nobody may reach. */
async function strictGateway(): Promise<{ gateway: Gateway; tokens: Tokens }> {
  const gateway = await startGateway({ env: PROXIED });
  const tokens = await tokensOf(gateway);
  await postConfiguration(gateway, undefined, bearer(tokens.admin));
  await beginRun(gateway, 'temporal-1');
  const refuse = () => Promise.reject(new Error('is not asked in this test'));
  Object.assign(gateway.cluster, { deploy: refuse, operate: refuse, inspect: refuse, cancel: refuse, resolve: refuse });
  return { gateway, tokens };
}

describe('every route', () => {
  it('answers each kind of caller as its row says', async () => {
    const { gateway, tokens } = await strictGateway();
    for (const { name, headers, expected } of CASES)
      for (const route of routes) {
        const verdict = await ask(gateway, route, headers(tokens));
        expect
          .soft(`${route.method} ${route.path}, ${name}: ${verdict}`)
          .toBe(`${route.method} ${route.path}, ${name}: ${expected(route)}`);
      }
  });

  it('answers everybody where no tokens are asked', async () => {
    const gateway = await startGateway();
    for (const route of routes.filter((each) => !signsIn(each))) {
      const plain = await askItself(gateway, route, {});
      const wrong = await askItself(gateway, route, unknown);
      expect.soft(`${route.method} ${route.path}: ${plain}, ${wrong}`).toBe(`${route.method} ${route.path}: in, in`);
    }
  });

  it('is upgraded to a WebSocket for the log alone, and for callers alone', async () => {
    const { gateway, tokens } = await strictGateway();
    const paths = [...new Set(routes.map(({ path }) => path))];
    const cases = [
      { headers: {}, status: 401 },
      { headers: bearer(tokens.expired), status: 401 },
      { headers: { ...bearer(tokens.admin), Origin: 'http://evil.example' }, status: 403 },
      { headers: { ...bearer(tokens.admin), Host: 'rebound.example' }, status: 403 },
      { headers: bearer(tokens.viewer), status: 101 },
      { headers: { Cookie: `__Host-deployment_engine_session=${tokens.session}` }, status: 101 },
    ];
    for (const { headers, status } of cases)
      for (const path of paths) {
        const expected = status === 101 && path !== '/deployment-engine/log' ? 404 : status;
        expect.soft(`${path}: ${await upgrade(gateway, path, headers)}`).toBe(`${path}: ${expected}`);
      }
  });
});

async function upgrade({ url }: Gateway, path: string, headers: Record<string, string>): Promise<number> {
  senders += 1;
  const from = { 'X-Forwarded-For': `10.1.${senders >> 8}.${senders & 255}`, ...headers };
  const socket = new WebSocket(url.replace('http', 'ws') + path, { headers: from });
  const refused = once(socket, 'unexpected-response').then(
    ([, answer]) => (answer as { statusCode: number }).statusCode,
  );
  const status = await Promise.race([refused, once(socket, 'open').then(() => 101)]);
  socket.on('error', () => undefined).terminate();
  return status;
}

describe('the table', () => {
  let gateway: Gateway;
  beforeAll(() => {
    expect(routes.length).toBeGreaterThan(30);
  });

  it('has no row without a route', async () => {
    gateway = await startGateway();
    for (const { method, path } of routes) {
      const answer = await gateway.fetch(path, { method, redirect: 'manual' });
      const text = await answer.text();
      expect.soft(`${method} ${path}: ${text}`).not.toMatch(/"code":"(RouteNotFound|MethodNotAllowed)"/);
    }
  });

  it('is asked before a route is mounted', () => {
    expect(() => assertInTable('GET', '/deployment-engine/status')).not.toThrow();
    expect(() => assertInTable('PUT', '/deployment-engine/status')).toThrow('has no scope');
  });

  it.each([
    ['/temporal/api/v1/namespaces/default/workflows/x/query/..', 'a place above'],
    ['/temporal/api/v1/namespaces/default/workflows/x%2Fterminate%3F/query/status', 'another call inside'],
    ['/temporal/api/v1/namespaces/default/workflows/../query/status', 'a place above the workflows'],
    ['/temporal/api/v1/namespaces/default/workflows/x/terminate', 'an act'],
    ['/temporal/api/v1/namespaces/default/workflows/x/update/resolve', 'a decision'],
  ])('has viewers POST no %s (%s)', async (path) => {
    const { gateway: strict, tokens } = await strictGateway();
    expect(await ask(strict, { method: 'POST', path, scope: 'operator' }, bearer(tokens.viewer))).toBe('not you');
    expect(await ask(strict, { method: 'POST', path, scope: 'operator' }, bearer(tokens.operator))).toBe('in');
  });
});
