import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request, type RequestListener } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, it, onTestFinished } from 'vitest';
import type { Environment } from '../../domain/schemas/settings.ts';
import { type Gateway, startGateway } from './gateway.ts';

it('serves its own pages, which load nothing from elsewhere', async () => {
  const { fetch: ask } = await startGateway();
  for (const path of ['/', '/deployment-engine/log.html', '/deployment-engine/api.html']) {
    const answer = await ask(path);
    expect(answer.headers.get('content-security-policy')).toContain("script-src 'self'");
    const page = await answer.text();
    expect(page).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    for (const [, file] of page.matchAll(/(?:src|href)="(\/deployment-engine\/[^"]+\.(?:js|css))"/g))
      expect((await ask(file ?? '')).status).toBe(200);
  }
  expect((await ask('/favicon.ico')).status).toBe(204);
});

it('asks browsers for a day to come over TLS again, where it speaks TLS', async () => {
  const tls = { DEPLOYMENT_ENGINE_TLS_CERT: 'cert.pem', DEPLOYMENT_ENGINE_TLS_KEY: 'key.pem' };
  const asked = async (env: Environment) =>
    (await (await startGateway({ env })).fetch('/')).headers.get('strict-transport-security');
  expect(await asked(tls)).toBe('max-age=86400');
  expect(await asked({})).toBeNull();
});

it('answers an unknown route with a problem', async () => {
  const { fetch: ask } = await startGateway();
  const answer = await ask('/deployment-engine/nothing', { method: 'POST' });
  expect(answer.status).toBe(404);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(await answer.json()).toMatchObject({
    code: 'RouteNotFound',
    type: 'urn:deployment-engine:error:RouteNotFound',
  });
});

/** A gateway before a Web UI of the test's own. */
async function gatewayBefore(ui: RequestListener, env: Environment = {}): Promise<Gateway> {
  const upstream = createServer(ui).listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  onTestFinished(() => {
    upstream.close();
    upstream.closeAllConnections();
  });
  const { port } = upstream.address() as AddressInfo;
  return startGateway({ env: { DEPLOYMENT_ENGINE_TEMPORAL_UI: `127.0.0.1:${port}`, ...env } });
}

const echo: RequestListener = (request, response) => {
  response.setHeader('Content-Security-Policy', 'its own');
  response.end(`${request.method} ${request.url}`);
};

it('passes the Temporal Web UI on untouched', async () => {
  const { fetch: ask } = await gatewayBefore(echo);
  const page = await ask('/temporal/namespaces/default/workflows/cluster%2Fcf?x=1');
  expect(page.headers.get('content-security-policy')).toBe('its own');
  expect(await page.text()).toBe('GET /temporal/namespaces/default/workflows/cluster%2Fcf?x=1');
  const foreign = await ask('/temporal/api', { method: 'POST', headers: { Origin: 'http://evil.example' } });
  expect(foreign.status).toBe(403);
});

it('gives the Temporal Web UI neither our secrets nor what claims to come from a proxy', async () => {
  const { url, store } = await gatewayBefore(
    (asked, response) => response.end(JSON.stringify({ ...asked.headers, method: asked.method })),
    { DEPLOYMENT_ENGINE_TLS: 'behind-proxy' },
  );
  const { text } = await store.tokens.create({ name: 'ana', scope: 'operator', expiresAt: Date.now() + 3_600_000 });
  const answer = await answerTo(`${url}/temporal/x`, {
    Authorization: `Bearer ${text}`,
    Cookie: 'theirs=1; deployment_engine_session=ours; __Host-deployment_engine_session=ours; more=2',
    Connection: 'close, X-Hop',
    'X-Hop': '1',
    TE: 'trailers',
    'Proxy-Authorization': 'x',
    'X-HTTP-Method-Override': 'DELETE',
    'X-Forwarded-For': '10.0.0.9',
    'X-Forwarded-Prefix': '/evil',
    Forwarded: 'for=10.0.0.9',
    'Accept-Language': 'zh',
  });
  const host = url.replace('http://', '');
  expect(JSON.parse(answer.text)).toEqual({
    method: 'GET',
    host,
    cookie: 'theirs=1; more=2',
    connection: 'keep-alive',
    'accept-language': 'zh',
    'x-forwarded-host': host,
    'x-forwarded-proto': 'http',
  });
});

it.each(['GET', 'POST'])('passes on the body of a %s as one, however long it turns out to be', async (method) => {
  const heard: string[] = [];
  const { url } = await gatewayBefore((asked, response) => {
    void asked.toArray().then((pieces) => {
      heard.push(`${asked.method} ${asked.url} ${Buffer.concat(pieces as Buffer[]).toString()}`);
      response.end();
    });
  });
  const body = 'GET /temporal/smuggled HTTP/1.1\r\nHost: x\r\n\r\n';
  await new Promise((resolve, reject) => {
    const headers = { 'Transfer-Encoding': 'chunked' };
    const asked = request(`${url}/temporal/x`, { method, headers }, (answer) => answer.resume().on('end', resolve));
    asked.on('error', reject).end(body);
  });
  expect(heard).toEqual([`${method} /temporal/x ${body}`]);
});

it('refuses a target with a fragment, which two programs would read in two ways', async () => {
  const { url } = await gatewayBefore(echo);
  const { port } = new URL(url);
  for (const path of ['/temporal/a#/../b', '/deployment-engine/runs#x']) {
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`);
    expect(Buffer.concat(await socket.toArray()).toString()).toMatch(/^HTTP\/1\.1 400 /);
  }
});

it.each([
  ['a frame of the Web UI', { 'Sec-Fetch-Dest': 'iframe', 'Sec-Fetch-Site': 'same-origin' }, 200],
  ['a link', { 'Sec-Fetch-Dest': 'document', 'Sec-Fetch-Site': 'same-origin' }, 403],
  ['a frame of a foreign page', { 'Sec-Fetch-Dest': 'iframe', 'Sec-Fetch-Site': 'cross-site' }, 403],
  ['nobody', {}, 403],
  ['a foreign page of an old browser', { Referer: 'http://evil.example/temporal/x' }, 403],
])('shows Markdown from an address to %s with %j: %i', async (_who, headers: Record<string, string>, status) => {
  const { url } = await gatewayBefore(echo);
  const answer = await answerTo(`${url}/temporal/render?theme=dark`, headers);
  expect(answer.status).toBe(status);
  if (status === 200) expect(answer.text).toBe('GET /temporal/temporal/render?theme=dark');
  expect((await answerTo(`${url}/temporal/Render/?content=x`, headers)).status).toBe(status);
  const own = { Referer: `${url}/temporal/namespaces/default/workflows` };
  expect((await answerTo(`${url}/temporal/render`, own)).status).toBe(200);
});

/** fetch would set some of these headers itself. */
const answerTo = (url: string, headers: Record<string, string>): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    request(url, { headers }, (answer) => {
      answer.toArray().then((pieces) => {
        resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(pieces as Buffer[]).toString() });
      }, reject);
    })
      .on('error', reject)
      .end();
  });

it.each(['identity', 'gzip'])('gives pages of the Web UI (%s) the policy that they lack', async (encoding) => {
  const page = Buffer.from('<html><script>\nstart()\n</script></html>');
  const { fetch: ask } = await gatewayBefore((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html', 'Content-Encoding': encoding });
    response.end(encoding === 'gzip' ? gzipSync(page) : page);
  });
  const answer = await ask('/temporal/');
  expect(await answer.text()).toBe(page.toString());
  const digest = createHash('sha256').update('\nstart()\n').digest('base64');
  expect(answer.headers.get('content-security-policy')).toContain(`script-src 'self' 'sha256-${digest}';`);
});

it('ends the wait of a client when the Web UI dies in its answer', async () => {
  const { fetch: ask } = await gatewayBefore((_request, response) => {
    response.writeHead(200, { 'Content-Length': 100 });
    response.write('half', () => response.destroy());
  });
  await expect(ask('/temporal/x').then((answer) => answer.text())).rejects.toThrow('terminated');
});

it('says when the Temporal Web UI is not there', async () => {
  const { fetch: ask } = await startGateway();
  expect((await ask('/temporal/')).status).toBe(502);
});

it('leads to the Web UI where it has a URL of its own', async () => {
  const env = { DEPLOYMENT_ENGINE_TEMPORAL_UI: 'https://cloud.example/' };
  const { fetch: ask } = await startGateway({ env });
  const answer = await ask('/temporal/namespaces/cf.a2dd6/workflows/cluster%2Fcf?x=1', { redirect: 'manual' });
  expect(answer.status).toBe(302);
  expect(answer.headers.get('location')).toBe('https://cloud.example/namespaces/cf.a2dd6/workflows/cluster%2Fcf?x=1');
});
