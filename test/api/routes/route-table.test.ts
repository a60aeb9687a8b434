import { beforeAll, describe, expect, it } from 'vitest';
import { assertInTable } from '../../../api/callers/gate.ts';
import { covers, SCOPES, type Scope } from '../../../domain/access/scopes.ts';
import { type Gateway, startGateway } from '../gateway.ts';
import {
  ask,
  askItself,
  bearer,
  changes,
  type Route,
  routes,
  signsIn,
  strictGateway,
  type Tokens,
  unknown,
  upgrade,
  type Verdict,
} from '../asked-routes.ts';

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
