import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { startGateway } from './gateway.ts';

it('serves its own pages, which load nothing from elsewhere', async () => {
  const { fetch: ask } = await startGateway();
  for (const path of ['/', '/deployment-engine/log.html']) {
    const answer = await ask(path);
    expect(answer.headers.get('content-security-policy')).toContain("script-src 'self'");
    const page = await answer.text();
    expect(page).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    for (const [, file] of page.matchAll(/(?:src|href)="(\/deployment-engine\/[^"]+\.(?:js|css))"/g))
      expect((await ask(file ?? '')).status).toBe(200);
  }
  expect((await ask('/favicon.ico')).status).toBe(204);
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

it('passes the Temporal Web UI on untouched, save for the path of its Markdown', async () => {
  const upstream = createServer((request, response) => {
    response.setHeader('Content-Security-Policy', 'its own');
    response.end(`${request.method} ${request.url}`);
  }).listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  onTestFinished(() => void upstream.close());
  const { port } = upstream.address() as AddressInfo;
  const { fetch: ask } = await startGateway({ env: { DEPLOYMENT_ENGINE_TEMPORAL_UI: `127.0.0.1:${port}` } });
  const page = await ask('/temporal/namespaces/default/workflows/cluster%2Fcf?x=1');
  expect(page.headers.get('content-security-policy')).toBe('its own');
  expect(await page.text()).toBe('GET /temporal/namespaces/default/workflows/cluster%2Fcf?x=1');
  expect(await (await ask('/temporal/render?theme=dark', { method: 'POST', body: 'x' })).text()).toBe(
    'POST /temporal/temporal/render?theme=dark',
  );
  const foreign = await ask('/temporal/api', { method: 'POST', headers: { Origin: 'http://evil.example' } });
  expect(foreign.status).toBe(403);
});

it('says when the Temporal Web UI is not there', async () => {
  const { fetch: ask } = await startGateway();
  expect((await ask('/temporal/')).status).toBe(502);
});
