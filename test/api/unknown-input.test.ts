import { request } from 'node:http';
import type { IRouter } from 'express';
import { expect, it } from 'vitest';
import { beginRun, configurationDocument, type Gateway, postConfiguration, startGateway } from './gateway.ts';

/** Every route of the API, as `GET /runs/:run`; pages read their query themselves, the log is a WebSocket. */
function routesOf({ app }: Gateway): string[] {
  const ofRouter = ({ stack }: Pick<IRouter, 'stack'>): string[] =>
    stack.flatMap(({ route, handle }) => {
      if ('stack' in handle) return ofRouter(handle as unknown as IRouter);
      const methods = (route?.stack ?? []).flatMap(({ method }) => method?.toUpperCase() ?? []);
      return methods.map((method) => `${method} ${route?.path}`);
    });
  const routes = new Set(ofRouter(app.router as unknown as IRouter));
  const ofPages = / (\/|\/favicon\.ico|\/deployment-engine\/.*|\/log)$/;
  return [...routes, 'POST /deploy', 'POST /restart', 'POST /credentials'].filter((route) => !ofPages.test(route));
}

/** A gateway with a configuration and a run, that may ask nobody for anything. */
async function untouched(): Promise<Gateway> {
  const gateway = await startGateway();
  await postConfiguration(gateway);
  await beginRun(gateway, 'temporal-1');
  const refuse = () => Promise.reject(new Error('must not be asked'));
  Object.assign(gateway.cluster, { deploy: refuse, operate: refuse, inspect: refuse, cancel: refuse, resolve: refuse });
  return gateway;
}

/** What a route says; fetch would send no body with GET. */
const ask = ({ url }: Gateway, route: string, { query = '', body = '' }): Promise<string> =>
  new Promise((resolve, reject) => {
    const [method = '', path = ''] = route.split(' ');
    const place = path.replace(':run', '1').replace(':ip', '10.0.0.1');
    const headers = { 'Content-Length': Buffer.byteLength(body) };
    request(`${url}/deployment-engine${place}${query}`, { method, headers }, (answer) => {
      answer.toArray().then((pieces) => {
        const { errors = [] } = JSON.parse(Buffer.concat(pieces as Buffer[]).toString()) as { errors?: unknown[] };
        const named = errors.some((each) => (each as { pointer: string }).pointer === '/nonsense');
        resolve(`${route}: ${answer.statusCode}${named ? '' : ', and does not name the key'}`);
      }, reject);
    })
      .on('error', reject)
      .end(body);
  });

const CANDIDATE = JSON.stringify(configurationDocument());
const TAKES_CANDIDATE = /^POST \/(config|plan|preflight)$/;

it('refuses a key of the query that a route does not know, on every route', async () => {
  const gateway = await untouched();
  const routes = routesOf(gateway);
  expect(routes).toEqual(expect.arrayContaining(['GET /status', 'GET /runs/:run', 'POST /plan', 'PUT /stop']));
  for (const route of routes) {
    const body = TAKES_CANDIDATE.test(route) ? CANDIDATE : '';
    expect.soft(await ask(gateway, route, { query: '?nonsense=1', body })).toBe(`${route}: 400`);
  }
});

it('refuses a key of the body that a route does not know, on every route', async () => {
  const gateway = await untouched();
  // What PUT /download takes is a name.
  for (const route of routesOf(gateway).filter((each) => each !== 'PUT /download'))
    expect.soft(await ask(gateway, route, { body: '{"nonsense":1}' })).toBe(`${route}: 400`);
});
