import { request } from 'node:http';
import { expect, it } from 'vitest';
import { ROUTES } from '../../api/routes/route-table.ts';
import { beginRun, configurationDocument, type Gateway, postConfiguration, startGateway } from './gateway.ts';

const NOT_OURS = /^(\/temporal|\/favicon\.ico$)/;
/** They read their query themselves. */
const PAGES = /(\.(html|js|css)|^\/)$/;

/** Every route that answers by itself, as `GET /deployment-engine/runs/:run`; the log is a WebSocket. */
const ROUTES_WITH_INPUT = ROUTES.flatMap(({ method, path }) =>
  typeof path !== 'string' || NOT_OURS.test(path) || PAGES.test(path) || path.endsWith('/log')
    ? []
    : [`${method} ${path}`],
);

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
    request(`${url}${place}${query}`, { method, headers }, (answer) => {
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
const TAKES_CANDIDATE = /^POST .*\/(config|plan|preflight)$/;

it('refuses a key of the query that a route does not know, on every route', async () => {
  const gateway = await untouched();
  expect(ROUTES_WITH_INPUT).toEqual(expect.arrayContaining(['GET /metrics', 'PUT /deployment-engine/stop']));
  for (const route of ROUTES_WITH_INPUT) {
    const body = TAKES_CANDIDATE.test(route) ? CANDIDATE : '';
    expect.soft(await ask(gateway, route, { query: '?nonsense=1', body })).toBe(`${route}: 400`);
  }
});

it('refuses a key of the body that a route does not know, on every route', async () => {
  const gateway = await untouched();
  // What PUT /download takes is a name.
  for (const route of ROUTES_WITH_INPUT.filter((each) => each !== 'PUT /deployment-engine/download'))
    expect.soft(await ask(gateway, route, { body: '{"nonsense":1}' })).toBe(`${route}: 400`);
});
