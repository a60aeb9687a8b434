import { execFile } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { parseSettings } from '../../../domain/schemas/settings.ts';
import { builtProgram, TEMPORAL_UI } from './go-programs.ts';
import { builtTemporal, HOW_TO_BUILD } from '../../support/temporal-server/build.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import type { Docker } from './docker.ts';

const HERE = import.meta.dirname;
const ROOT = join(HERE, '../../..');
const BASE = 'composition-base:1';
const run = promisify(execFile);

/** Builds the project's image by its Dockerfile, and one with what else the composition needs; no registry of images is asked. */
export async function buildImages(docker: Docker): Promise<void> {
  await importBase(docker);
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  const words = ['build', '--quiet', '--network', 'host', '--build-arg', `BASE=${BASE}`];
  const npmrc = ['--secret', `id=npmrc,src=${await npmSettings()}`];
  await docker.run(...words, ...npmrc, '--tag', `deployment-engine:${version}`, ROOT);
  await docker.run(...words, '--tag', 'deployment-engine-parts:1', await partsFolder());
}

/** The test nodes' base, with the package archive and the certificates that this machine uses. */
async function importBase(docker: Docker): Promise<void> {
  const bases = globSync(join(parseSettings(process.env).cacheDir, 'nodes/base-*.files'));
  const newest = bases.toSorted((one, other) => statSync(one).mtimeMs - statSync(other).mtimeMs).at(-1) ?? '';
  const imported = 'tar --numeric-owner -C "$1" -c . | /usr/bin/docker import - composition-nodes:1';
  await run('sh', ['-ec', imported, 'sh', newest.replace(/\.files$/, '')], { env: docker.env });
  const folder = temporaryFolder();
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const archive = await run('bash', ['-ec', '. "$1/sample/nodes/base.sh"; debian_archive', 'bash', ROOT]);
  put('etc/apt/sources.list', `deb ${archive.stdout.trim()} bookworm main\n`);
  const settings = await run('bash', ['-ec', '. "$1/sample/nodes/base.sh"; apt_settings', 'bash', ROOT]);
  put('etc/apt/apt.conf.d/99this-machine', settings.stdout);
  for (const path of ['etc/ssl/certs', 'usr/local/share/ca-certificates'])
    if (existsSync(join('/', path)))
      cpSync(join('/', path), join(folder, path), { recursive: true, dereference: true });
  put('Dockerfile', 'FROM composition-nodes:1\nCOPY etc /etc\nCOPY usr /usr\n');
  await docker.run('build', '--quiet', '--tag', BASE, folder);
}

/** A file with npm's settings on this machine. */
async function npmSettings(): Promise<string> {
  const file = join(temporaryFolder(), 'npmrc');
  const of = async (name: string): Promise<string> => (await run('npm', ['config', 'get', name])).stdout.trim();
  const files = [await of('globalconfig'), await of('userconfig')].filter((each) => existsSync(each));
  writeFileSync(
    file,
    [...files.map((each) => readFileSync(each, 'utf8')), `registry=${await of('registry')}`].join('\n'),
    {
      mode: 0o600,
    },
  );
  return file;
}

async function partsFolder(): Promise<string> {
  const [temporal, ui] = [await builtTemporal(), builtProgram(TEMPORAL_UI)];
  if (temporal === undefined || ui === undefined) throw new Error(HOW_TO_BUILD);
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'programs'));
  for (const name of ['Dockerfile', 'start-postgres.sh', 'start-temporal.sh', 'ui-settings'])
    cpSync(join(HERE, name), join(folder, name));
  cpSync(temporal.server, join(folder, 'programs/temporal-server'));
  cpSync(temporal.sqlTool, join(folder, 'programs/temporal-sql-tool'));
  cpSync(ui, join(folder, 'programs/ui-server'));
  return folder;
}
