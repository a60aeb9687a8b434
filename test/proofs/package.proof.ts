import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSettings } from '../../domain/schemas/settings.ts';
import * as cluster from '../integration/test-cluster.ts';
import { natsJob, sourcePackage, tarball } from '../release/release-tarball.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { ask, FOLDER, installSystemd, underSystemd } from './package/control-node.ts';

const [CONTROL, TARGET] = [cluster.nodeAt(0), cluster.nodeAt(1)];
const CACHE = '/var/cache/deployment-engine';
const DATA = '/var/lib/deployment-engine-server';
const MINUTES = 60_000;

interface RunView {
  readonly outcome: string | null;
  readonly nodes: readonly { readonly steps: readonly { readonly step: string }[] }[];
}

describe('the package', () => {
  const folder = temporaryFolder();
  const archive = join(folder, 'Deployment-Engine.tgz');
  const build = (out: string): void => {
    execFileSync('npm', ['run', '--silent', 'package', '--', '--out', out], { stdio: 'inherit' });
  };
  const isHealthy = async (): Promise<boolean> =>
    (await ask(CONTROL, 'GET', '/health').catch(() => undefined))?.status === 200;
  const filesState = async (): Promise<string> =>
    ((await ask(CONTROL, 'GET', '/health')).body as { engine: { state: string } }).engine.state;
  const runView = async (run: number): Promise<RunView | undefined> =>
    (await ask(CONTROL, 'GET', `/runs/${run}`).catch(() => undefined))?.body as RunView | undefined;
  const unpack = (): Promise<void> =>
    cluster.onNodeWith(archive, CONTROL, `mkdir -p ${FOLDER} && tar -xzf - -C ${FOLDER}`);

  beforeAll(async () => {
    build(archive);
    await cluster.nodes('down', '--wipe');
    await cluster.nodes('up', '2');
    await cluster.setRootPassword(TARGET);
    await installSystemd(CONTROL);
  }, 10 * MINUTES);

  afterAll(() => cluster.nodes('down', '--wipe'));

  it(
    'is built twice the same',
    () => {
      const second = join(folder, 'second.tgz');
      build(second);
      expect(readFileSync(second).equals(readFileSync(archive))).toBe(true);
      rmSync(second);
    },
    10 * MINUTES,
  );

  it('holds neither tests, nor development dependencies, nor where modules came from', () => {
    const names = execFileSync('tar', ['-tzf', archive], { encoding: 'utf8', maxBuffer: 64 * 1024 ** 2 }).split('\n');
    const foreign = /^(test|bench|sample\/nodes|\.git|node_modules\/(vitest|typescript|oxlint|\.package-lock))/;
    expect(names.filter((name) => foreign.test(name))).toEqual([]);
  });

  it(
    'is unpacked and prepared without network, npm and git, with a copied cache',
    async () => {
      await expect(cluster.onNode(CONTROL, 'command -v npm || command -v git')).rejects.toThrow();
      await unpack();
      await cluster.onNode(CONTROL, `cd ${FOLDER} && sha256sum --quiet --strict --check MANIFEST.sha256`);
      const cache = join(folder, 'cache.tar');
      execFileSync('tar', ['-cf', cache, '-C', parseSettings(process.env).cacheDir, 'mirror', 'monit']);
      await cluster.onNodeWith(cache, CONTROL, `mkdir -p ${CACHE} && tar -xf - -C ${CACHE}`);
      rmSync(cache);
      const said = await cluster.onNode(CONTROL, `${FOLDER}/local_build.sh`);
      expect(said).toContain('npm modules: those of the package');
      expect(said).toContain('files of the package: as they were built');
      expect(said).toMatch(/Temporal server \S+ from the package/);
      expect(said).toContain(
        'left out: nodes with ubuntu-12.04; ./local_build.sh --profile ubuntu-12.04 --archive URL',
      );
      expect(said).toMatch(/ready: start the engine with .\/DeploymentEngineServer$/);
    },
    5 * MINUTES,
  );

  it(
    'takes in the cf-release that lies beside it, and nothing else',
    async () => {
      // A cache of its own: the later parts deploy the sample.
      const build = `DEPLOYMENT_ENGINE_CACHE_DIR=${CACHE}-beside ${FOLDER}/local_build.sh`;
      await cluster.onNode(CONTROL, `cp -al ${CACHE} ${CACHE}-beside && rm -rf ${CACHE}-beside/mirror/releases`);
      const said = await cluster.onNode(CONTROL, `${build} 2>&1 || echo "ended with $?"`);
      expect(said).toMatch(/the release is missing: put the tarball of cf-release v170[^]*ended with 3$/);
      const beside = join(folder, 'cf-170.tgz');
      const entries = { 'release.MF': 'name: cf\nversion: 170\njobs: [{name: nats}]\npackages: [{name: gnatsd}]\n' };
      const archives = { 'jobs/nats.tgz': await natsJob(), 'packages/gnatsd.tgz': await sourcePackage() };
      writeFileSync(beside, await tarball({ ...entries, ...archives }));
      await cluster.onNodeWith(beside, CONTROL, `cat >${dirname(FOLDER)}/cf-170.tgz`);
      expect(await cluster.onNode(CONTROL, build)).toContain('release cf 170: taken in, 1 job, 1 package');
      await cluster.onNode(CONTROL, `rm -r ${dirname(FOLDER)}/cf-170.tgz ${CACHE}-beside`);
    },
    3 * MINUTES,
  );

  it(
    'runs as a service, which is no more than an account of its own',
    async () => {
      const serial = `DEPLOYMENT_ENGINE_SERIAL_FILE=${FOLDER}/sample/serial`;
      await cluster.onNode(CONTROL, `echo ${serial} >/etc/default/deployment-engine`);
      await underSystemd(CONTROL, `${FOLDER}/DeploymentEngineServer install-service`);
      await until(isHealthy, 'the engine answers', 2 * MINUTES);
      await until(async () => (await filesState()) === 'ok', 'it has read its files', 2 * MINUTES);
      const users = await cluster.onNode(CONTROL, `ps -o user:32= -C temporal,MainThread,node | sort -u`);
      expect(users.trim()).toBe('deployment-engine');
    },
    3 * MINUTES,
  );

  it(
    'deploys another machine, over a power cut of its own, without a hand',
    async () => {
      const { properties } = cluster.clusterConfiguration();
      const configuration = {
        components: { nats: [TARGET], etcd: [TARGET] },
        properties: { ...properties, home: CONTROL, checkdisk: 0 },
      };
      expect(await ask(CONTROL, 'POST', '/config', configuration)).toMatchObject({ status: 201 });
      const asked = await ask(CONTROL, 'GET', '/deploy');
      expect(asked).toMatchObject({ status: 202 });
      const { run } = asked.body as { run: number };
      const isAtWork = async (): Promise<boolean> =>
        (await runView(run))?.nodes.some(({ steps }) => steps.some(({ step }) => step === 'swapAptSource')) === true;
      await until(isAtWork, 'the node is being prepared', 2 * MINUTES);
      expect((await runView(run))?.outcome).toBeNull();

      await cluster.nodes('reboot', CONTROL);
      await until(async () => typeof (await runView(run))?.outcome === 'string', 'the run ends', 15 * MINUTES);
      expect((await runView(run))?.outcome).toBe('ok');
      expect((await ask(CONTROL, 'GET', '/runs')).body).toHaveLength(1);
    },
    20 * MINUTES,
  );

  it(
    'refuses to deploy with a damaged file, and deploys when it is put right',
    async () => {
      await cluster.onNode(CONTROL, `echo '// a hand' >>${FOLDER}/server/engine.ts`);
      expect(await ask(CONTROL, 'GET', '/deploy')).toMatchObject({
        status: 500,
        body: { code: 'EngineDamaged', count: 1, files: [{ path: 'server/engine.ts', how: 'changed' }] },
      });
      await until(async () => (await filesState()) === 'damaged', 'health says so', 2 * MINUTES);
      await unpack();
      // All of it is read again, on a busy machine for longer than a request waits.
      let run = 0;
      const isTaken = async (): Promise<boolean> => {
        const { status, body } = await ask(CONTROL, 'GET', '/deploy');
        if (status === 202) run = (body as { run: number }).run;
        return status === 202;
      };
      await until(isTaken, 'the deploy is taken', 2 * MINUTES);
      await until(async () => (await runView(run))?.outcome === 'unchanged', 'nothing is left to do', MINUTES);
    },
    5 * MINUTES,
  );

  it(
    'stops in order as a service, and runs under setsid too',
    async () => {
      await underSystemd(CONTROL, `${FOLDER}/DeploymentEngineServer uninstall-service`);
      expect(await cluster.onNode(CONTROL, `tail -n 1 ${DATA}/log/server.log`)).toContain('"msg":"stopped"');
      expect(await isHealthy()).toBe(false);
      await cluster.onNode(
        CONTROL,
        `cd ${FOLDER} && DEPLOYMENT_ENGINE_DATA_DIR=${DATA} setsid ./DeploymentEngineServer >/tmp/output 2>&1 </dev/null &`,
      );
      await until(isHealthy, 'the engine answers', MINUTES);
      console.log(await cluster.onNode(CONTROL, 'until grep "ready in" /tmp/output; do sleep 0.1; done'));
    },
    3 * MINUTES,
  );
});
