import { once } from 'node:events';
import { get } from 'node:http';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Gateway, startGateway } from '../gateway.ts';

const TOKENS = { DEPLOYMENT_ENGINE_AUTH: 'tokens' };
const SESSION = '/deployment-engine/session';

async function gatewayWithToken(env = {}): Promise<{ gateway: Gateway; token: string; id: string }> {
  const gateway = await startGateway({ env: { ...TOKENS, ...env } });
  const expiresAt = Date.now() + 3_600_000;
  const { token, text } = await gateway.store.tokens.create({ name: 'ops', scope: 'operator', expiresAt });
  return { gateway, token: text, id: token.id };
}

/** As somebody at the address bar; fetch would say that it is none. */
const open = ({ url }: Gateway, path: string): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const headers = { 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Site': 'none', Accept: 'text/html' };
    get(`${url}${path}`, { headers }, (answer) => {
      answer.toArray().then((pieces) => {
        resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(pieces as Buffer[]).toString() });
      }, reject);
    }).on('error', reject);
  });

const signIn = ({ fetch: ask }: Gateway, fields: Record<string, string>): Promise<Response> =>
  ask(SESSION, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });

const cookieOf = (answer: Response): string => answer.headers.get('set-cookie') ?? '';

it('gives a token a session, which no script can read and which ends with the token', async () => {
  const { gateway, token, id } = await gatewayWithToken();
  const answer = await gateway.fetch(SESSION, { method: 'POST', body: JSON.stringify({ token }) });
  expect(answer.status).toBe(201);
  expect(await answer.json()).toMatchObject({ name: `ops (${id})`, scope: 'operator' });
  expect(cookieOf(answer)).toMatch(
    /^deployment_engine_session=[\w-]{43}; Path=\/; Max-Age=3(5\d\d|600); HttpOnly; SameSite=Strict$/,
  );
  const headers = { Cookie: cookieOf(answer).split(';')[0] ?? '' };
  for (const path of ['/', '/deployment-engine/runs', SESSION])
    expect((await gateway.fetch(path, { headers })).status).toBe(200);
  expect((await gateway.fetch('/temporal/', { headers })).status).toBe(502);

  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/deployment-engine/log`, { headers });
  const closed = once(socket, 'close');
  await once(socket, 'open');
  await gateway.store.tokens.revoke(id);
  expect((await gateway.fetch('/deployment-engine/runs', { headers })).status).toBe(401);
  expect((await closed)[0]).toBe(1008);
});

it('ends a session when it is asked to', async () => {
  const { gateway, token } = await gatewayWithToken();
  const headers = { Cookie: cookieOf(await signIn(gateway, { token })).split(';')[0] ?? '' };
  const answer = await gateway.fetch(SESSION, { method: 'DELETE', headers });
  expect([answer.status, cookieOf(answer)]).toEqual([204, expect.stringContaining('Max-Age=0')]);
  expect((await gateway.fetch(SESSION, { headers })).status).toBe(401);
});

it('keeps the cookie off plain connections where callers speak TLS, and takes none that others may have written', async () => {
  const { gateway, token } = await gatewayWithToken({ DEPLOYMENT_ENGINE_TLS: 'behind-proxy' });
  const cookie = cookieOf(await signIn(gateway, { token }));
  expect(cookie).toMatch(/^__Host-deployment_engine_session=.*; Path=\/; .*; Secure$/);
  const pair = cookie.split(';')[0] ?? '';
  expect((await gateway.fetch(SESSION, { headers: { Cookie: pair } })).status).toBe(200);
  expect((await gateway.fetch(SESSION, { headers: { Cookie: pair.replace('__Host-', '') } })).status).toBe(401);
});

it('shows who opens a page a form, and then the page', async () => {
  const { gateway, token } = await gatewayWithToken();
  const asked = await open(gateway, '/deployment-engine/log.html?x=1&y=');
  expect(asked.status).toBe(401);
  const page = asked.text;
  expect(page).toContain('<form method="post" action="/deployment-engine/session">');
  expect(page).toContain('value="/deployment-engine/log.html?x=1&amp;y="');
  const again = await signIn(gateway, { token: 'wrong', next: '/deployment-engine/log.html' });
  expect([again.status, cookieOf(again), await again.text()]).toEqual([
    401,
    '',
    expect.stringContaining('role="alert"'),
  ]);
  const right = await signIn(gateway, { token, next: '/deployment-engine/log.html?a=1' });
  expect([right.status, right.headers.get('location')]).toEqual([303, '/deployment-engine/log.html?a=1']);
});

it('asks for a token where a link leads to what acts, and does nothing', async () => {
  const { gateway } = await gatewayWithToken();
  gateway.cluster.deploy = () => Promise.reject(new Error('must not be asked'));
  const answer = await open(gateway, '/deployment-engine/deploy');
  expect([answer.status, answer.text]).toEqual([401, expect.stringContaining('Sign in')]);
});

it.each(['http://evil.example/', '//evil.example/', '/\\evil.example', '/.//evil.example', 'javascript:alert(1)'])(
  'leads nobody to %s',
  async (next) => {
    const { gateway, token } = await gatewayWithToken();
    expect((await signIn(gateway, { token, next })).headers.get('location')).toBe('/');
  },
);

it.each(['//evil.example/x', '/\\evil.example', '/.//evil.example'])(
  'shows at %s no link to another host',
  async (path) => {
    const { gateway } = await gatewayWithToken();
    const { status, text } = await open(gateway, path);
    expect(status).toBe(401);
    expect(text).not.toContain('evil.example');
  },
);

it('opens no session for a session, nor for a foreign page', async () => {
  const { gateway, token } = await gatewayWithToken();
  const headers = { Cookie: cookieOf(await signIn(gateway, { token })).split(';')[0] ?? '' };
  expect((await gateway.fetch(SESSION, { method: 'POST', headers, body: '{}' })).status).toBe(401);
  const body = new URLSearchParams({ token });
  const foreign = { Origin: 'http://evil.example' };
  expect((await gateway.fetch(SESSION, { method: 'POST', headers: foreign, body })).status).toBe(403);
});
