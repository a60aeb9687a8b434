import { request } from 'node:http';
import { until } from '../support/until.ts';

interface Question {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Page {
  /** Below the cluster's domain. */
  readonly name: string;
  readonly path: string;
  /** Words of it. */
  readonly holds: string;
}

/** Of the cloud controller. */
export const INFO: Page = { name: 'api', path: '/v2/info', holds: 'token_endpoint' };
/** login asks uaa for it, through haproxy. */
export const LOGIN: Page = { name: 'login', path: '/login', holds: 'prompts' };
export const pageOf = (app: string): Page => ({ name: app, path: '/', holds: app });

export interface Visit {
  readonly page: Page;
  /** Milliseconds since the epoch. */
  readonly begun: number;
  readonly ended: number;
  /** Undefined when the page came. */
  readonly failure: string | undefined;
}

interface Spread {
  readonly app: string;
  readonly guid: string;
  readonly token: string;
  /** How many. */
  readonly deas: number;
}

/** Milliseconds. */
const PATIENCE = 15_000;

/** The cluster as its users see it: names of its domain, through haproxy. */
export function createFront(haproxy: string, domain: string) {
  const ask = (name: string, path: string, { method = 'GET', headers = {}, body = '' }: Question = {}) =>
    new Promise<{ status: number; body: string }>((resolve, reject) => {
      const host = `${name}.${domain}`;
      const length = { 'content-length': String(Buffer.byteLength(body)) };
      const all = { host, ...headers, ...(method === 'GET' ? {} : length) };
      // Each on a connection of its own, as from users who know nothing of each other.
      const asking = request({ host: haproxy, path, method, headers: all, agent: false }, (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (piece: string) => (text += piece));
        answer.on('error', reject);
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: text.trim() }));
      });
      asking.setTimeout(PATIENCE, () => asking.destroy(new Error(`no answer within ${PATIENCE} ms`)));
      asking.on('error', reject);
      asking.end(body);
    });

  const visit = async (page: Page): Promise<Visit> => {
    const begun = Date.now();
    const failure = await ask(page.name, page.path).then(
      ({ status, body }) => (status === 200 && body.includes(page.holds) ? undefined : `${status} ${body}`),
      (error: Error) => error.message,
    );
    return { page, begun, ended: Date.now(), failure };
  };

  const page = async (app: string): Promise<string> => (await ask(app, '/')).body;
  const scale = async (guid: string, instances: number, token: string): Promise<void> => {
    const headers = { authorization: `bearer ${token}`, 'content-type': 'application/json' };
    const question = { method: 'PUT', headers, body: JSON.stringify({ instances }) };
    const { status, body } = await ask('api', `/v2/apps/${guid}`, question);
    if (status !== 201) throw new Error(`the cloud controller answered ${status} ${body}`);
  };

  return {
    page,

    /** More instances of an app until so many deas answer. Gives the deas' addresses. */
    async spread({ app, guid, token, deas }: Spread): Promise<ReadonlySet<string>> {
      const hosts = new Set<string>();
      for (let instances = deas; instances <= 20 && hosts.size < deas; instances += 2) {
        await scale(guid, instances, token);
        const look = async () => hosts.add((await page(app)).split(' on ')[1] ?? '').size >= deas;
        await until(look, `${deas} deas answer`, 5000).catch(() => undefined);
      }
      return hosts;
    },

    /** A user's token; undefined when uaa refuses. */
    async token(user: string, password: string): Promise<string | undefined> {
      const headers = { authorization: `Basic ${btoa('cf:')}`, 'content-type': 'application/x-www-form-urlencoded' };
      const form = new URLSearchParams({ grant_type: 'password', username: user, password }).toString();
      const { status, body } = await ask('uaa', '/oauth/token', { method: 'POST', headers, body: form });
      return status === 200 ? (JSON.parse(body) as { access_token: string }).access_token : undefined;
    },

    /** Opens each page again and again until it is told to stop; gives every visit. */
    visiting(pages: readonly Page[], everyMs: number): { stop(): Promise<readonly Visit[]> } {
      const visits: Promise<Visit>[] = [];
      const timer = setInterval(() => visits.push(...pages.map(visit)), everyMs);
      return {
        stop: () => {
          clearInterval(timer);
          return Promise.all(visits);
        },
      };
    },
  };
}

/** What visitors saw of a loss. */
interface Loss {
  readonly visits: number;
  readonly failed: readonly Visit[];
  /** Failed, or had to wait; in words. */
  readonly disturbed: readonly string[];
  /** From the loss on, until the last visit began that failed or had to wait; 0 when all went as ever. Seconds. */
  readonly seenFor: number;
  /** Of the visits that got their page. Seconds. */
  readonly longest: number;
}

/** Milliseconds: less than what a router waits for an address that is silent. */
const WAITED = 2500;

/** `lostAt` in milliseconds since the epoch. */
export function lossSeen(visits: readonly Visit[], lostAt: number): Loss {
  const took = ({ begun, ended }: Visit): number => ended - begun;
  const failed = visits.filter(({ failure }) => failure !== undefined);
  const disturbed = visits.filter((visit) => visit.failure !== undefined || took(visit) > WAITED);
  return {
    visits: visits.length,
    failed,
    disturbed: disturbed.map(
      (visit) =>
        `${visit.page.name} at ${seconds(visit.begun - lostAt)} s for ${seconds(took(visit))} s` +
        (visit.failure === undefined ? '' : `: ${visit.failure.slice(0, 80)}`),
    ),
    seenFor: seconds(Math.max(0, ...disturbed.map(({ begun }) => begun - lostAt))),
    longest: seconds(Math.max(0, ...visits.filter(({ failure }) => failure === undefined).map(took))),
  };
}

export const inWords = ({ visits, failed, disturbed, seenFor, longest }: Loss): string =>
  [
    `${visits} visits, ${failed.length} failed`,
    `seen for ${seenFor} s`,
    `longest answer ${longest} s`,
    `disturbed: ${disturbed.join('; ') || 'none'}`,
  ].join(', ');

const seconds = (ms: number): number => Number((ms / 1000).toFixed(1));
