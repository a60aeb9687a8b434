import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, truncate, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { debian12 } from '../../domain/profiles/debian-12.ts';
import { type Source, sourcesOf } from '../../domain/profiles/source-build.ts';
import { withSources } from '../../domain/profiles/with-sources.ts';
import { openAptRoot } from '../../mirror/apt/apt-root.ts';
import { buildRepository } from '../../mirror/apt/build-repository.ts';
import { packageOrigin } from '../../mirror/apt/package-origin.ts';
import { wishOf } from '../../mirror/apt/wish.ts';
import { layoutOf } from '../../mirror/layout.ts';
import { openMirror } from '../../mirror/mirror.ts';
import { createMirrorServer } from '../../mirror/serve/serve.ts';
import { collectSources } from '../../mirror/sources/collect-sources.ts';
import { fetchSource } from '../../mirror/sources/fetch-source.ts';

// One small mirror, built from the machine's own package archive; later tests go on with what earlier ones left.
const WISH = { ...wishOf(debian12), packages: ['hello'] };

let root: string;
const repository = (): string => layoutOf(root).repository(WISH.name);

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'mirror-test-'));
});
afterAll(() => rm(root, { recursive: true }));

it('builds a signed repository with all dependencies', async () => {
  const built = await buildRepository(layoutOf(root), WISH);
  expect(built.changed).toBe(true);
  const files = await readdir(repository());
  expect(files).toEqual(
    expect.arrayContaining([expect.stringMatching(/^hello_.*deb$/), expect.stringMatching(/^libc6_/)]),
  );
  expect(built.packages).toBe(files.filter((file) => file.endsWith('.deb')).length);

  const verify = (...signed: string[]) =>
    spawnSync('gpgv', ['--keyring', layoutOf(root).aptKey, ...signed], { encoding: 'utf8', cwd: repository() });
  expect(verify('InRelease')).toMatchObject({ status: 0 });
  expect(verify('Release.gpg', 'Release')).toMatchObject({ status: 0 });
  expect(await readFile(path.join(repository(), 'Packages'), 'utf8')).toMatch(/^Filename: \.\/hello_/m);
});

it('is taken by an apt that trusts nothing but the published key', async () => {
  const server = createMirrorServer(root).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = await mkdtemp(path.join(tmpdir(), 'apt-client-'));
  try {
    const got = await aptClient(client, `http://127.0.0.1:${port}/apt/debian-12`);
    expect(got.errors).toBe('');
    expect(got.packages).toEqual(expect.arrayContaining([expect.stringMatching(/^hello_/)]));
  } finally {
    server.close();
    server.closeAllConnections();
    await rm(client, { recursive: true });
  }
});

it('changes nothing the second time', async () => {
  const published = await readlink(repository());
  expect((await buildRepository(layoutOf(root), WISH)).changed).toBe(false);
  expect(await readlink(repository())).toBe(published);
});

it('repairs a package that was cut, and one whose content changed', async () => {
  const hello = async (): Promise<string> => {
    const name = (await readdir(repository())).find((file) => file.startsWith('hello_'));
    return path.join(repository(), name ?? '');
  };
  const whole = await readFile(await hello());
  await truncate(await hello(), 1000);
  expect((await buildRepository(layoutOf(root), WISH)).changed).toBe(true);
  expect((await readFile(await hello())).equals(whole)).toBe(true);

  await writeFile(await hello(), Buffer.alloc(whole.length));
  await rm(path.join(repository(), 'Packages.gz')); // what makes the next run look at all
  await buildRepository(layoutOf(root), WISH);
  expect((await readFile(await hello())).equals(whole)).toBe(true);
});

it('is whole after a build that was killed at any moment', async () => {
  const wish = { ...WISH, packages: ['hello', 'sl'] };
  const module = (name: string): string => JSON.stringify(path.resolve(import.meta.dirname, `../../mirror/${name}`));
  const program = `
    import { buildRepository } from ${module('apt/build-repository.ts')};
    import { layoutOf } from ${module('layout.ts')};
    await buildRepository(layoutOf(${JSON.stringify(root)}), ${JSON.stringify(wish)});`;
  for (const milliseconds of [300, 1000, 2000, 3000]) {
    const builder = spawn(process.execPath, ['--input-type=module-typescript', '--eval', program], { detached: true });
    const ended = once(builder, 'exit');
    await Promise.race([ended, sleep(milliseconds)]);
    if (builder.exitCode === null && builder.pid !== undefined) process.kill(-builder.pid, 'SIGKILL');
    await ended;
  }
  await buildRepository(layoutOf(root), wish);
  const files = await readdir(repository());
  expect(files).toEqual(expect.arrayContaining([expect.stringMatching(/^sl_/), expect.stringMatching(/^hello_/)]));
  expect((await readdir(layoutOf(root).apt)).toSorted()).toEqual(
    [await readlink(repository()), 'debian-12', 'key.gpg'].toSorted(),
  );
});

it('drops what is no longer wished for and keeps its key', async () => {
  const key = await readFile(layoutOf(root).aptKey);
  await buildRepository(layoutOf(root), WISH);
  expect((await readdir(repository())).filter((file) => file.startsWith('sl_'))).toEqual([]);
  expect((await readFile(layoutOf(root).aptKey)).equals(key)).toBe(true);
});

it('refuses packages that do not exist, and keeps what is published', async () => {
  const published = await readlink(repository());
  const wish = { ...WISH, packages: ['hello', 'no-such-package-anywhere'] };
  await expect(buildRepository(layoutOf(root), wish)).rejects.toMatchObject({
    code: 'EnvironmentLacking',
    message: expect.stringContaining('no-such-package-anywhere') as string,
  });
  expect(await readlink(repository())).toBe(published);
});

it("fetches the profile's sources once, and only with the right digest", async () => {
  const mirror = openMirror(root);
  const layout = layoutOf(root);
  const folder = await mkdtemp(path.join(layout.workshop(WISH.name), 'sources-'));
  const apt = await openAptRoot(layout.workshop(WISH.name), WISH, await packageOrigin(WISH, undefined));
  const places = {
    folder: undefined,
    fetch: (source: Source) => fetchSource(source, folder, () => Promise.resolve(apt)),
  };
  const other = withSources(debian12, [{ file: 'ruby3.1_3.1.2.orig.tar.xz', sha256: '0'.repeat(64) }]);
  const refused = await collectSources(mirror, other, places);
  expect(refused).toMatchObject({ sources: [], lacking: [expect.stringContaining('its sha256 must be 000')] });

  const taken = await collectSources(mirror, debian12, places);
  const [wanted] = sourcesOf(debian12.builds);
  expect(taken).toMatchObject({ changed: true, lacking: [], sources: [{ sha256: wanted?.sha256 }] });
  await mirror.saveSources('debian-12', taken.sources);
  expect(await collectSources(mirror, debian12, places)).toMatchObject({ changed: false, sources: taken.sources });
});

/** apt-get update and a download with a root of its own, as a node would do it. */
async function aptClient(folder: string, url: string) {
  for (const name of ['lists/partial', 'archives/partial', 'none'])
    await mkdir(path.join(folder, name), { recursive: true });
  await writeFile(path.join(folder, 'status'), '');
  await writeFile(path.join(folder, 'sources.list'), `deb [signed-by=${layoutOf(root).aptKey}] ${url} ./\n`);
  const settings = {
    'Dir::Etc::sourcelist': 'sources.list',
    'Dir::Etc::sourceparts': 'none',
    'Dir::State': '.',
    'Dir::State::status': 'status',
    'Dir::State::lists': 'lists',
    'Dir::Cache': '.',
    'Dir::Cache::archives': 'archives',
    'APT::Sandbox::User': 'root',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => [
    '-o',
    `${name}=${name.startsWith('Dir') ? path.join(folder, value) : value}`,
  ]);
  let errors = '';
  for (const words of [['update'], ['install', '-y', '--download-only', 'hello']]) {
    const apt = spawn('apt-get', ['-qq', ...options, ...words]);
    apt.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    apt.stdout.resume();
    await once(apt, 'close');
  }
  return { errors, packages: await readdir(path.join(folder, 'archives')) };
}
