import { describe, expect, it } from 'vitest';
import { DeploymentEngineError } from '../../../domain/errors.ts';
import { exchange } from '../../fuzz/exchange.ts';
import { bearer, type Route, routes, strictGateway } from '../asked-routes.ts';
import { expectDescribed, type Gateway, startGateway } from '../gateway.ts';
import { rawAnswer } from '../raw-answer.ts';

// What every route answers that is asked in a way nobody can use, or by somebody who may not.

const PAGE = { Accept: 'text/html', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Site': 'none' };
/** For what never ends; everything else has the product's time, also on a busy machine. */
const IMPATIENT = { headersMs: 300, requestMs: 400, checkMs: 50 };

const isProxied = ({ path }: Route): boolean => path.startsWith('/temporal');
const asksToken = ({ scope }: Route): boolean => scope !== 'anyone';

/** What a request of so many bytes is answered; its sender says no more, and does not end its side. */
async function told({ url }: Gateway, { method, path }: Route, rest: readonly string[]): Promise<string> {
  const head = [`${method} ${path} HTTP/1.1`, 'Connection: close', 'Host: 127.0.0.1', ...rest].join('\r\n');
  const { answer } = await exchange(Number(new URL(url).port), { bytes: head, isWhole: true }, 10_000);
  if (answer === undefined) return 'nothing';
  const { status, headers, body } = answer;
  const text = body.toString();
  const [described = ''] = path.split('#');
  expectDescribed({ method, path: described, status, headers: new Headers(Object.fromEntries(headers)), text });
  return `${status} ${(JSON.parse(text) as { code: string }).code}`;
}

describe('every route', () => {
  it.each([
    ['cannot be judged', ['X: y', '', ''], '400 InvalidRequest', (path: string) => `${path}#part`],
    ['has long headers', [`X: ${'y'.repeat(20_000)}`, '', ''], '431 HeadersTooLarge', (path: string) => path],
    ['does not end', ['X:'], '408 RequestTimedOut', (path: string) => path],
  ])('refuses what %s', async (_what, rest, expected, spelled) => {
    const gateway = await startGateway(expected.startsWith('408') ? { limits: IMPATIENT } : {});
    const answers = await Promise.all(
      routes.map((route) => told(gateway, { ...route, path: spelled(route.path) }, rest)),
    );
    expect(answers).toEqual(routes.map(() => expected));
  });

  it('refuses a body that is too large, but for the Web UI, which has limits of its own', async () => {
    const gateway = await startGateway();
    const body = 'x'.repeat(1_100_000);
    for (const { method, path } of routes.filter((each) => !isProxied(each))) {
      const { status, code } = await rawAnswer(gateway, { method, path, body });
      expect.soft(`${method} ${path}: ${status} ${code}`).toBe(`${method} ${path}: 413 BodyTooLarge`);
    }
  });

  it('says that a token cannot be looked up while the store is away', async () => {
    const { gateway, tokens } = await strictGateway();
    Object.assign(gateway.store.tokens, {
      find: () => Promise.reject(new DeploymentEngineError('StoreUnwritable', 'The database is away.')),
    });
    // Nobody has used it yet: one that was right a while ago still reads `/metrics`.
    const headers = { 'X-Forwarded-For': '10.9.0.2', ...bearer(tokens.viewer) };
    for (const route of routes.filter(asksToken)) {
      const { status, code } = await rawAnswer(gateway, { ...route, headers });
      expect
        .soft(`${route.method} ${route.path}: ${status} ${code}`)
        .toBe(`${route.method} ${route.path}: 503 StoreUnwritable`);
    }
  });

  it('has a browser sign in, where it would show a page', async () => {
    const { gateway } = await strictGateway();
    const headers = { ...PAGE, 'X-Forwarded-For': '10.9.0.1' };
    for (const route of routes.filter(asksToken)) {
      const { status, text } = await rawAnswer(gateway, { ...route, headers });
      const isPage = text.startsWith('<!doctype html>');
      expect
        .soft(`${route.method} ${route.path}: ${status}, ${isPage ? 'a page' : 'a problem'}`)
        .toBe(`${route.method} ${route.path}: 401, ${route.method === 'GET' ? 'a page' : 'a problem'}`);
    }
  });

  it('answers nobody at an address from which many wrong tokens came, and says until when', async () => {
    const { gateway, tokens } = await strictGateway();
    const from = { 'X-Forwarded-For': '10.9.0.2' };
    const asked = { method: 'GET', path: '/deployment-engine/status' };
    for (let guess = 0; guess < 30; guess += 1)
      await rawAnswer(gateway, { ...asked, headers: { ...from, ...bearer(`de_${String(guess).padStart(43, 'A')}`) } });
    for (const route of routes.filter(asksToken)) {
      // The description has Retry-After come every time.
      const { status, code } = await rawAnswer(gateway, { ...route, headers: { ...from, ...bearer(tokens.admin) } });
      expect
        .soft(`${route.method} ${route.path}: ${status} ${code}`)
        .toBe(`${route.method} ${route.path}: 429 TooManyRequests`);
    }
    const session = { method: 'POST', path: '/deployment-engine/session', headers: from };
    const asJson = await rawAnswer(gateway, { ...session, body: JSON.stringify({ token: tokens.admin }) });
    expect([asJson.status, asJson.code]).toEqual([429, 'TooManyRequests']);
    const asForm = await rawAnswer(gateway, { ...session, body: `token=${tokens.admin}` });
    expect([asForm.status, asForm.text]).toEqual([429, expect.stringContaining('<form')]);
  });
});
