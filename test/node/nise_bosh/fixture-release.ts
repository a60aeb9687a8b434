import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export const TOOL = fileURLToPath(new URL('../../../node/nise_bosh/bin/nise-bosh', import.meta.url));

export interface FixturePackage {
  readonly name: string;
  readonly fingerprint: string;
  /** Default: 3. */
  readonly version?: string;
  readonly dependencies?: readonly string[];
  /** The packaging script. */
  readonly packaging: string;
  readonly sources?: Readonly<Record<string, string>>;
}

export interface FixtureJob {
  readonly name: string;
  /** job.MF below its name. */
  readonly declaration: string;
  readonly monit?: string;
  readonly templates?: Readonly<Record<string, string>>;
}

/** A folder that is gone when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nise-bosh-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function write(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** An unpacked release of version 7 with the given content. */
export function release(content: { packages?: readonly FixturePackage[]; jobs?: readonly FixtureJob[] }): string {
  const folder = temporaryFolder();
  const { packages = [], jobs = [] } = content;
  for (const each of packages) packageArchive(join(folder, 'packages', `${each.name}.tgz`), each);
  for (const each of jobs) jobArchive(join(folder, 'jobs', `${each.name}.tgz`), each);
  const index = {
    name: 'sample',
    version: 7,
    packages: packages.map(({ name, fingerprint, version = '3', dependencies = [] }) => ({
      name,
      fingerprint,
      version,
      dependencies,
    })),
    jobs: jobs.map(({ name }) => ({ name, version: 1, fingerprint: 'f00d' })),
  };
  write(join(folder, 'release.MF'), JSON.stringify(index));
  return folder;
}

export function packageArchive(file: string, { packaging, sources }: FixturePackage): void {
  archive(file, { packaging, ...sources });
}

export function jobArchive(file: string, { name, declaration, monit, templates = {} }: FixtureJob): void {
  const files = Object.entries(templates).map(([path, text]) => [`templates/${path}`, text]);
  archive(file, {
    'job.MF': `name: ${name}\n${declaration}`,
    ...(monit === undefined ? {} : { monit }),
    ...Object.fromEntries(files),
  });
}

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the real tool; `input` is what its user types. */
export function niseBosh(
  words: readonly string[],
  options: { input?: string; path?: string; cwd?: string } = {},
): Outcome {
  const env = { ...process.env, LANG: 'C', ...(options.path === undefined ? {} : { PATH: options.path }) };
  const { status, stdout, stderr } = spawnSync('ruby', ['-W0', TOOL, ...words], {
    input: options.input ?? '',
    encoding: 'utf8',
    timeout: 180_000,
    env,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  return { code: status, stdout, stderr };
}

/** A PATH whose `unshare` fails, as in a container that forbids mounts. */
export function pathWithoutNamespaces(): string {
  const folder = temporaryFolder();
  const refusing = write(join(folder, 'unshare'), '#!/bin/sh\nexit 1\n');
  execFileSync('chmod', ['+x', refusing]);
  return `${folder}:${process.env['PATH']}`;
}

export const namespacesAvailable =
  spawnSync('unshare', ['-m', 'sh', '-c', 'mount --make-rprivate / && mount -n --bind /tmp /tmp']).status === 0;

function archive(file: string, content: Readonly<Record<string, string>>): void {
  const folder = temporaryFolder();
  for (const [path, text] of Object.entries(content)) write(join(folder, path), text);
  mkdirSync(dirname(file), { recursive: true });
  execFileSync('tar', ['-czf', file, '-C', folder, '.']);
}
