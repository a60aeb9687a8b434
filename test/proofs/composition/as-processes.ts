import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { type Composition, readComposition } from '../../distribution/compose/composition.ts';
import { isWorking, type Part, startPart, startProgram, stopParts } from '../../server/parts.ts';
import { builtProgram, TEMPORAL_UI } from './go-programs.ts';
import { realServer } from '../../support/temporal-server/surroundings.ts';
import { freePorts } from '../../support/temporal.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';
import type { Running, Wanted } from './running.ts';

const ROOT = join(import.meta.dirname, '../../..');
const READY_WITHIN_MS = 120_000;
const run = promisify(execFile);

/** The same services with the same settings, without containers: what stands for a name or a mounted file is replaced. */
export async function startAsProcesses({ home, port, settings }: Wanted): Promise<Running> {
  const { services } = readComposition();
  const folder = temporaryFolder();
  cpSync(join(ROOT, 'distribution/compose'), join(folder, 'distribution/compose'), { recursive: true });
  await run(join(folder, 'distribution/compose/make-secrets.sh'));
  const secret = (name: string): string => join(folder, 'secrets', name);
  const surroundings = await realServer();
  writeFileSync(join(folder, 'database-url'), surroundings.databaseUrl);
  const free = await freePorts(6);
  const at = (place: number): string => `127.0.0.1:${free + place}`;
  const env = (service: keyof Composition['services'], extra: Readonly<Record<string, string>> = {}) => ({
    ...services[service]?.environment,
    DATABASE_URL_FILE: join(folder, 'database-url'),
    DEPLOYMENT_ENGINE_KEY_FILE: secret('master-key'),
    DEPLOYMENT_ENGINE_DATA_DIR: temporaryFolder(),
    DEPLOYMENT_ENGINE_MIRROR_ADDRESSES: home,
    DEPLOYMENT_ENGINE_MIRROR_LISTEN: `${home}:${port + 1}`,
    DEPLOYMENT_ENGINE_PROXIES: '',
    TEMPORAL_ADDRESS: surroundings.address,
    ...settings,
    ...extra,
  });
  const start: Readonly<Record<'gateway' | 'worker', (place: number) => Part>> = {
    gateway: (place) =>
      startPart(
        'gateway',
        env('gateway', { DEPLOYMENT_ENGINE_LISTEN: at(place), DEPLOYMENT_ENGINE_TEMPORAL_UI: at(5) }),
      ),
    worker: (place) => startPart('worker', env('worker', { DEPLOYMENT_ENGINE_METRICS_LISTEN: at(2 + place) })),
  };
  const command = join(ROOT, 'DeploymentEngineServer');
  const made = await run(command, ['token', 'create', '--scope', 'admin'], {
    env: { ...process.env, ...env('token') },
  });
  startPart('mirror', env('mirror'));
  startUi(folder, { TEMPORAL_ADDRESS: surroundings.address, TEMPORAL_UI_PORT: `${free + 5}` });
  const running = { gateway: [0, 1].map(start.gateway), worker: [0, 1].map(start.worker) };
  const proxy = join(folder, 'proxy.cfg');
  writeFileSync(proxy, proxyHere({ listen: `127.0.0.1:${port}`, itself: at(4), gateways: [at(0), at(1)], folder }));
  startProgram(['haproxy', '-f', proxy]);
  const isWell = (part: Part): boolean => isWorking(part) || part.output().includes('"msg":"serving"');
  await until(() => [...running.gateway, ...running.worker].every(isWell), 'all are well', READY_WITHIN_MS);
  return {
    url: `https://127.0.0.1:${port}`,
    token: made.stdout.trim(),
    certificate: readFileSync(secret('proxy-certificate.pem'), 'utf8'),
    killOne: async (service) => {
      running[service][0]?.child.kill('SIGKILL');
      const again = start[service](0);
      running[service][0] = again;
      await until(() => isWell(again), `the ${service} is started again`, READY_WITHIN_MS);
    },
    stop: async () => {
      await stopParts();
      await surroundings.stop();
    },
  };
}

function startUi(folder: string, env: Readonly<Record<string, string>>): void {
  const settings = join(folder, 'config/docker.yaml');
  mkdirSync(dirname(settings));
  cpSync(join(import.meta.dirname, 'ui-settings'), settings);
  startProgram([builtProgram(TEMPORAL_UI) ?? '', '--root', folder, '--env', 'docker', 'start'], {
    ...readComposition().services['temporal-ui']?.environment,
    ...env,
  });
}

interface Places {
  readonly listen: string;
  readonly itself: string;
  readonly gateways: readonly string[];
  readonly folder: string;
}

/** The composition's own configuration, with addresses in place of Docker's names. */
function proxyHere({ listen, itself, gateways, folder }: Places): string {
  return readFileSync(join(ROOT, 'distribution/compose/proxy.cfg'), 'utf8')
    .replace('bind :8443', `bind ${listen}`)
    .replace('127.0.0.1:8404', itself)
    .replace('/run/secrets', join(folder, 'secrets'))
    .replace(' resolvers docker init-addr none', '')
    .replace(/ *server-template .*/, gateways.map((each, place) => `  server gateway${place} ${each}`).join('\n'));
}
