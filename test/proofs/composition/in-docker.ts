import { execFile } from 'node:child_process';
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { parseSettings } from '../../../domain/schemas/settings.ts';
import { builtProgram, COMPOSE } from './go-programs.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';
import type { Docker } from './docker.ts';
import { buildImages } from './images.ts';
import type { Running, Wanted } from './running.ts';

const ROOT = join(import.meta.dirname, '../../..');
/** Of the workers' side, as override.yml has it: nodes need a way back to it. */
export const NODES_SIDE = '172.30.253.0/24';
const PROJECT = 'deployment-engine-proof';
const RESTARTED_WITHIN_MS = 120_000;
const run = promisify(execFile);

/** Builds the images and starts docker-compose.yml with them, as docs/production.md says. */
export async function startInDocker(docker: Docker, { home, port, settings }: Wanted): Promise<Running> {
  await buildImages(docker);
  const folder = temporaryFolder();
  for (const path of ['docker-compose.yml', 'distribution/compose'])
    cpSync(join(ROOT, path), join(folder, path), { recursive: true });
  const makeSecrets = () => run(join(folder, 'distribution/compose/make-secrets.sh'));
  await makeSecrets();
  const env = {
    ...docker.env,
    ...settings,
    DEPLOYMENT_ENGINE_PORT: `${port}`,
    DEPLOYMENT_ENGINE_MIRROR_PORT: `${port + 1}`,
    DEPLOYMENT_ENGINE_MIRROR_ADDRESSES: home,
  };
  const files = [join(folder, 'docker-compose.yml'), join(import.meta.dirname, 'override.yml')];
  const composeWith = async (words: readonly string[], input = ''): Promise<string> => {
    const given = ['-p', PROJECT, '--project-directory', folder, ...files.flatMap((file) => ['-f', file]), ...words];
    const running = run(builtProgram(COMPOSE) ?? '', given, { env, maxBuffer: 512 * 1024 ** 2 });
    running.child.stdin?.end(input);
    return (await running).stdout.trim();
  };
  const compose = (...words: string[]): Promise<string> => composeWith(words);
  const containers = async (service: string): Promise<string[]> =>
    (await compose('ps', '--quiet', service)).split('\n').filter((id) => id !== '');
  const about = (id: string, what: string): Promise<string> => docker.run('inspect', '--format', what, id);

  // What a proof that was killed has left.
  await compose('down', '--volumes', '--timeout', '5');
  const token = await compose('run', '--rm', 'token', 'create', '--scope', 'admin');
  await fillCache(docker);
  await compose('run', '--rm', 'cache', '--sample');
  await compose('up', '--detach', '--wait', '--wait-timeout', '600');
  return {
    url: `https://127.0.0.1:${port}`,
    token,
    certificate: readFileSync(join(folder, 'secrets/proxy-certificate.pem'), 'utf8'),
    killOne: async (service) => {
      const id = service === 'worker' ? await busiest(await containers('worker')) : (await containers(service))[0];
      if (id === undefined) throw new Error(`no ${service} runs`);
      const pid = await about(id, '{{.State.Pid}}');
      process.kill(Number(pid), 'SIGKILL');
      const isBack = async (): Promise<boolean> =>
        (await about(id, '{{.State.Running}}')) === 'true' && (await about(id, '{{.State.Pid}}')) !== pid;
      await until(isBack, `the ${service} is started again`, RESTARTED_WITHIN_MS);
    },
    compose: composeWith,
    renewSecrets: async (names) => {
      for (const name of names) rmSync(join(folder, 'secrets', name));
      await makeSecrets();
    },
    stop: async () => void (await compose('down', '--volumes', '--timeout', '5')),
  };

  /** The worker that has most connections to nodes. */
  async function busiest(workers: readonly string[]): Promise<string | undefined> {
    const counted = await Promise.all(
      workers.map(async (id) => ({ id, count: Number(await docker.run('exec', id, 'bash', '-c', CONNECTIONS)) })),
    );
    return counted.toSorted((one, other) => other.count - one.count)[0]?.id;
  }
}

/** Those to port 22, of a network namespace. */
const CONNECTIONS = `grep -c ':0016 01' /proc/net/tcp || true`;

/** As docs/offline-mirror.md carries one over. */
async function fillCache(docker: Docker): Promise<void> {
  const volumes = ['-v', `${PROJECT}_cache:/to`, '-v', `${parseSettings(process.env).cacheDir}:/from:ro`];
  const copy = 'for each in mirror monit debs releases; do cp -a "/from/$each" /to/; done; chown -R 10001:10001 /to';
  const image = 'deployment-engine-parts:1';
  await docker.run('run', '--rm', '--network', 'none', ...volumes, image, 'sh', '-ec', copy);
}
