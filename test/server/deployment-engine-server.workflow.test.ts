import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { freePorts } from '../support/temporal.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { listeningPlaces } from './listening-places.ts';
import { readyServer, startServer, useServers } from './server-process.ts';

const PLAN = fileURLToPath(new URL('../../cli/plan.ts', import.meta.url));
useServers();

/** Programs whose logs lie in the data folder. */
function programsOf(dataDir: string): string[] {
  const logs = join(dataDir, 'log');
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && outputOf(pid)?.startsWith(logs));
}

function outputOf(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/fd/1`);
  } catch {
    return undefined;
  }
}

/** Its parts are asked within a second, which a busy machine may take. */
const untilWell = (url: string): Promise<void> =>
  until(async () => (await fetch(`${url}/deployment-engine/health`)).status === 200, 'all is well');

it('says where it is, serves, and stops in order in under 10 s', async () => {
  const { child, url, dataDir, output } = await readyServer();
  expect(output()).toMatch(/^Deployment Engine ready in [\d.]+ s: http:\/\/127\.0\.0\.1:\d+\/ /m);
  await untilWell(url);
  expect((await fetch(`${url}/temporal/`)).status).toBe(200);
  expect((await fetch(`${url}/deployment-engine/deploy`)).status).toBe(403);
  expect(readdirSync(join(dataDir, 'log')).toSorted()).toEqual([
    'api.log',
    'mirror.log',
    'server.log',
    'temporal.log',
    'worker.log',
  ]);
  const open = readdirSync(dataDir, { recursive: true, encoding: 'utf8' }).filter(
    (name) => (statSync(join(dataDir, name)).mode & 0o077) !== 0,
  );
  expect(open).toEqual([]);
  const asked = Date.now();
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(Date.now() - asked).toBeLessThan(10_000);
  expect(programsOf(dataDir)).toEqual([]);
  // A busy machine may make one of its programs so late that it is killed, but not each time.
  expect(stoppedInTime(dataDir) || (await stopsInTime()) || (await stopsInTime())).toBe(true);
});

const stoppedInTime = (dataDir: string): boolean =>
  !readFileSync(join(dataDir, 'log', 'server.log'), 'utf8').includes('did not stop in time');

async function stopsInTime(): Promise<boolean> {
  const { child, dataDir } = await readyServer();
  child.kill('SIGTERM');
  await once(child, 'exit');
  return stoppedInTime(dataDir);
}

it("serves its worker's figures and the SDK's where it is told to", async () => {
  const listen = `127.0.0.1:${await freePorts(1)}`;
  const { url } = await readyServer(undefined, { DEPLOYMENT_ENGINE_METRICS_LISTEN: listen });
  await untilWell(url);
  const worker = await (await fetch(`http://${listen}/metrics`)).text();
  expect(worker).toMatch(/^deployment_engine_ssh_connections 0$/m);
  expect(worker).toMatch(/^process_cpu_seconds_total /m);
  expect(worker).toMatch(/^temporal_worker_task_slots_available\{/m);
  const helps = [...worker.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
  expect(new Set(helps).size).toBe(helps.length);
  expect((await fetch(`http://${listen}/`)).status).toBe(404);
  expect((await fetch(`http://${listen}/metrics`, { method: 'POST' })).status).toBe(405);
  const gateway = await (await fetch(`${url}/metrics`)).text();
  expect(gateway).toMatch(/^deployment_engine_up\{part="worker"\} 1$/m);
});

it('ends at once with 2 when the release it is given cannot be read', async () => {
  const { child, output } = await startServer(undefined, { DEPLOYMENT_ENGINE_RELEASE: '/nowhere/cf-170.tgz' });
  await until(() => child.exitCode !== null, 'the engine has ended');
  expect([child.exitCode, output()]).toEqual([
    2,
    'DEPLOYMENT_ENGINE_RELEASE: /nowhere/cf-170.tgz cannot be read: no such file or directory\n',
  ]);
});

it('ends with 3 when the release it is given is damaged, and says what is wrong with it', async () => {
  const release = join(temporaryFolder(), 'cf-170.tgz');
  writeFileSync(release, 'no archive');
  const { child, output } = await startServer(undefined, { DEPLOYMENT_ENGINE_RELEASE: release });
  await until(() => child.exitCode !== null, 'the engine has ended');
  expect([child.exitCode, output()]).toEqual([
    3,
    // After a line that says what takes long, on a busy machine.
    expect.stringMatching(new RegExp(`^DEPLOYMENT_ENGINE_RELEASE: ${release}: the release is not taken in`, 'm')),
  ]);
});

it('leaves nothing behind when it is killed, and goes on with the same data', async () => {
  const { child, dataDir, url } = await readyServer();
  expect(programsOf(dataDir)).toHaveLength(4);
  const body = JSON.stringify({
    components: { nats: ['10.0.0.1'] },
    properties: {
      domain: 'cf.local',
      disksize: 1,
      checkdisk: 0,
      adduser: 1,
      user: 'vcap',
      password: 'a-long-password',
      root: 'another-password',
      home: '127.0.0.1',
    },
  });
  expect((await fetch(`${url}/deployment-engine/config`, { method: 'POST', body })).status).toBe(201);
  child.kill('SIGKILL');
  await once(child, 'exit');
  await until(() => programsOf(dataDir).length === 0, 'no program is left');
  const next = await readyServer(dataDir);
  const rows: unknown = await (await fetch(`${next.url}/deployment-engine/status`)).json();
  expect(rows).toMatchObject([{ Comp: 'nats', Ip: '10.0.0.1', Status: 'DOWN' }]);
});

it('speaks to its own parts directly, whatever proxies its environment has', async () => {
  const proxies = ['http_proxy', 'https_proxy', 'all_proxy', 'grpc_proxy'].flatMap((name) =>
    [name, name.toUpperCase()].map((variable) => [variable, 'http://127.0.0.1:9']),
  );
  const env = { ...Object.fromEntries(proxies), NODE_USE_ENV_PROXY: '1' } as Record<string, string>;
  const { url } = await readyServer(undefined, env);
  await untilWell(url);
  expect((await fetch(`${url}/temporal/`)).status).toBe(200);

  const plan = spawn(process.execPath, [PLAN], {
    env: { ...process.env, ...env, DEPLOYMENT_ENGINE_LISTEN: url.replace('http://', '') },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  plan.stderr.on('data', (text: Buffer) => (said += text.toString()));
  await once(plan, 'close');
  expect(said).toContain('No configuration was posted');
});

/** What a request without a token gets; fetch would not send another Host. */
const statusOf = (place: string, path: string, method: string, headers: Record<string, string>): Promise<number> =>
  new Promise((resolve) => {
    const [host = '', port] = place.split(':');
    const asked = request({ host, port, path, method, headers, timeout: 3000 });
    asked.on('response', (answer) => resolve(answer.resume().statusCode ?? 0));
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(0));
    asked.end(method === 'POST' ? '{}' : undefined);
  });

const TERMINATE = '/api/v1/namespaces/default/workflows/cluster%2Fcf/terminate';
const WORKFLOWS = '/api/v1/namespaces/default/workflows';
const EVIL = { Origin: 'http://evil.example', 'Content-Type': 'text/plain' };

it('takes no order of a foreign page on any port that a page can find, and tells strangers by name nothing', async () => {
  const { dataDir, url } = await readyServer();
  const gateway = url.replace('http://', '');
  const places = listeningPlaces(programsOf(dataDir));
  const found = places.filter((place) => /^(127\.0|0\.0)\./.test(place));
  expect(found).toContain(gateway);
  const [hidden = '', ...others] = places.filter((place) => !found.includes(place));
  expect(others).toEqual([]);
  expect(await statusOf(hidden, '/temporal/', 'GET', {})).toBe(200);

  const requests = found.flatMap((place) =>
    [TERMINATE, `/temporal${TERMINATE}`, WORKFLOWS, `/temporal${WORKFLOWS}`, '/deployment-engine/deploy'].flatMap(
      (path) => [
        { place, path, headers: { ...EVIL, Host: 'evil.example' } },
        // What it may ask for under our name it cannot read: no answer has a header that lets it.
        ...(path.endsWith(WORKFLOWS) ? [] : [{ place, path, headers: { ...EVIL, Host: place } }]),
      ],
    ),
  );
  const answers = await Promise.all(
    requests.map(async ({ place, path, headers }) => {
      const status = await statusOf(place, path, path.endsWith(TERMINATE) ? 'POST' : 'GET', headers);
      return { place, path, Host: headers.Host, status };
    }),
  );
  // The mirror and Temporal's metrics have no such paths; gRPC ends what is not HTTP/2.
  expect(answers.filter(({ status }) => ![0, 400, 403, 404, 405].includes(status))).toEqual([]);
});
