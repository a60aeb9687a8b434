import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

export interface ClusterCheckOptions {
  /** Address of the haproxy node. */
  readonly haproxy: string;
  /** Domain of the cluster, for instance `cf.local`. */
  readonly domain: string;
  /** Password of the user `admin`. */
  readonly adminPassword: string;
  /** Name of the application. Default: `hello`. */
  readonly app?: string;
  /** Time-out of the whole check in ms. Default: 120000. */
  readonly patienceMs?: number;
  readonly log?: (line: string) => void;
}

/** What the cluster answered. */
export interface ClusterProof {
  readonly info: { readonly name: string; readonly description: string; readonly token_endpoint: string };
  readonly app: { readonly guid: string; readonly url: string; readonly created: boolean };
  readonly page: string;
  /** Log lines of the application from the log server. */
  readonly logLines: number;
}

/** Thrown when the cluster does not work, with the step and its last answer. */
class ClusterCheckFailed extends Error {
  override readonly name = 'ClusterCheckFailed';
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

interface Question {
  readonly host: string;
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * Proves that a cluster of the sample release works as its users see it, all through haproxy: /v2/info, a token from
 * uaa, an application created with it, the application's own page and what it wrote into its log. May be run again: the
 * application is made once.
 * Every step is repeated until it succeeds or the time is over, because a cluster that has just started needs seconds.
 */
export async function checkCluster(options: ClusterCheckOptions): Promise<ClusterProof> {
  const { domain, adminPassword, app: name = 'hello', log = () => {} } = options;
  const send = (question: Question) => (): Promise<Answer> => ask(options.haproxy, question);
  const until = askUntil(Date.now() + (options.patienceMs ?? 120_000), log);
  const api = `api.${domain}`;

  const info = await until('read /v2/info', send({ host: api, path: '/v2/info' }), json<ClusterProof['info']>(200));
  log(`/v2/info: ${info.description}`);

  const token = await until('get a token from uaa', send(tokenQuestion(domain, adminPassword)), (answer) => {
    // Waiting does not help with a wrong password.
    if (answer.status === 401) throw new ClusterCheckFailed(`uaa refuses admin's password: ${answer.body.trim()}`);
    return json<{ access_token: string }>(200)(answer)?.access_token;
  });
  log('uaa gave a token');

  const headers = { authorization: `bearer ${token}`, 'content-type': 'application/json' };
  const list = { host: api, path: '/v2/apps', headers };
  const find = async () =>
    (await until('list the apps', send(list), json<{ resources: AppResource[] }>(200))).resources.find(
      ({ entity }) => entity.name === name,
    );
  const existing = await find();
  // 400 when the name is taken: an earlier attempt succeeded but its answer was lost.
  const create = { ...list, method: 'POST', body: JSON.stringify({ name }) };
  if (existing === undefined)
    await until(`create app ${name}`, send(create), ({ status }) => [201, 400].includes(status) || undefined);
  const app = existing ?? (await find());
  if (app === undefined) throw new ClusterCheckFailed(`app ${name} is not in the list of apps although it was created`);
  log(`app ${name} ${existing === undefined ? 'created' : 'is there'}: ${app.metadata.guid}`);

  const { guid } = app.metadata;
  const host = app.entity.url;
  const openPage = send({ host, path: '/' });
  const page = await until(`open http://${host}/`, openPage, ({ status, body }) =>
    status === 200 && body.includes(name) ? body.trim() : undefined,
  );
  log(`http://${host}/: ${page}`);

  const readLog = send({ host: `loggregator.${domain}`, path: `/apps/${guid}/recentlogs`, headers });
  // Log lines are datagrams: one sent before the route was known is lost, so each attempt writes another.
  const visitAndReadLog = (): Promise<Answer> => openPage().then(readLog);
  const logLines = await until(`read the log lines of ${name}`, visitAndReadLog, (answer) => {
    const lines = json<unknown[]>(200)(answer) ?? [];
    return lines.length > 0 ? lines.length : undefined;
  });
  log(`loggregator has ${logLines} log lines of ${name}`);
  return { info, app: { guid, url: host, created: existing === undefined }, page, logLines };
}

interface AppResource {
  readonly metadata: { readonly guid: string };
  readonly entity: { readonly name: string; readonly url: string };
}

const tokenQuestion = (domain: string, password: string): Question => ({
  host: `uaa.${domain}`,
  path: '/oauth/token',
  method: 'POST',
  // The client `cf` has an empty secret.
  headers: { authorization: `Basic ${btoa('cf:')}`, 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams({ grant_type: 'password', username: 'admin', password }).toString(),
});

const json =
  <Body>(status: number) =>
  (answer: Answer): Body | undefined =>
    answer.status === status ? (JSON.parse(answer.body) as Body) : undefined;

/** Repeats an attempt until `read` makes something of its answer. */
const askUntil =
  (deadline: number, log: (line: string) => void) =>
  async <Result>(
    step: string,
    attempt: () => Promise<Answer>,
    read: (answer: Answer) => Result | undefined,
  ): Promise<Result> => {
    let last = '';
    for (;;) {
      const answer = await attempt().catch((error: unknown) => String(error));
      const result = typeof answer === 'string' ? undefined : read(answer);
      if (result !== undefined) return result;
      const seen = typeof answer === 'string' ? answer : `${answer.status} ${answer.body.trim().slice(0, 200)}`;
      if (seen !== last) log(`waiting to ${step}: ${seen}`);
      last = seen;
      if (Date.now() > deadline) throw new ClusterCheckFailed(`could not ${step} through haproxy: ${last}`);
      await delay(500);
    }
  };

// Not fetch: it forbids the Host header, and nothing here resolves the cluster's names.
const ask = (address: string, { host, path, method = 'GET', headers = {}, body }: Question): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const length = { 'content-length': String(Buffer.byteLength(body ?? '')) };
    const outgoing = request(
      { host: address, path, method, headers: { host, ...headers, ...length }, timeout: 10_000, agent: false },
      (incoming) => {
        const pieces: Buffer[] = [];
        incoming.on('data', (piece: Buffer) => pieces.push(piece));
        incoming.on('error', reject);
        incoming.on('end', () =>
          resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(pieces).toString('utf8') }),
        );
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer within 10 s')));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
