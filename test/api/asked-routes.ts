import { once } from 'node:events';
import { WebSocket } from 'ws';
import { ROUTES, type RouteRow } from '../../api/routes/route-table.ts';
import type { Scope } from '../../domain/access/scopes.ts';
import { beginRun, type Gateway, postConfiguration, startGateway } from './gateway.ts';
import { rawAnswer } from './raw-answer.ts';

const PROXIED = { DEPLOYMENT_ENGINE_AUTH: 'tokens', DEPLOYMENT_ENGINE_TLS: 'behind-proxy' };
const A_DAY = 86_400_000;

/** What a refused or accepted request is told; `in` = it got as far as its route. */
export type Verdict = 'in' | 'who?' | 'not you' | 'foreign';

export interface Route {
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
export const routes = inTable.toSorted((a, b) => Number(endsSession(a)) - Number(endsSession(b)));

/** These act or reveal when they are merely got. */
const ACTS = /^\/deployment-engine\/(deploy|restart|stop|plan|credentials|hardware|preflight)$/;
export const changes = ({ method, path }: Route): boolean => method !== 'GET' || ACTS.test(path);
export const signsIn = ({ method, path }: Route): boolean => method === 'POST' && path === '/deployment-engine/session';

export interface Tokens {
  readonly viewer: string;
  readonly operator: string;
  readonly admin: string;
  readonly expired: string;
  readonly revoked: string;
  /** A browser's, opened with an operator's token. */
  readonly session: string;
}

let senders = 0;
const newSender = (): Record<string, string> => {
  senders += 1;
  return { 'X-Forwarded-For': `10.1.${senders >> 8}.${senders & 255}` };
};

/** From another address each time, for wrong tokens are counted by address. */
export function ask(gateway: Gateway, route: Route, headers: Record<string, string>): Promise<Verdict> {
  return askItself(gateway, route, { ...newSender(), ...headers });
}

/** Without a proxy. */
export async function askItself(gateway: Gateway, route: Route, headers: Record<string, string>): Promise<Verdict> {
  const { status, code } = await rawAnswer(gateway, { ...route, headers });
  if (status === 401) return 'who?';
  return code === 'Forbidden' ? 'not you' : code === 'ForeignOrigin' ? 'foreign' : 'in';
}

export const bearer = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` });
export const unknown = bearer(`de_${'A'.repeat(43)}`);

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
export async function strictGateway(): Promise<{ gateway: Gateway; tokens: Tokens }> {
  const gateway = await startGateway({ env: PROXIED });
  const tokens = await tokensOf(gateway);
  await postConfiguration(gateway, undefined, bearer(tokens.admin));
  await beginRun(gateway, 'temporal-1');
  const refuse = () => Promise.reject(new Error('is not asked in this test'));
  Object.assign(gateway.cluster, { deploy: refuse, operate: refuse, inspect: refuse, cancel: refuse, resolve: refuse });
  return { gateway, tokens };
}

export async function upgrade({ url }: Gateway, path: string, headers: Record<string, string>): Promise<number> {
  const from = { ...newSender(), ...headers };
  const socket = new WebSocket(url.replace('http', 'ws') + path, { headers: from });
  const refused = once(socket, 'unexpected-response').then(
    ([, answer]) => (answer as { statusCode: number }).statusCode,
  );
  const status = await Promise.race([refused, once(socket, 'open').then(() => 101)]);
  socket.on('error', () => undefined).terminate();
  return status;
}
