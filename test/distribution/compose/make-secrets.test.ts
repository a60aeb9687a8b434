import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseSettings } from '../../../domain/schemas/settings.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { readComposition, ROOT } from './composition.ts';

const { configs, secrets } = readComposition();
const SCRIPT = 'distribution/compose/make-secrets.sh';

/** A folder with files of the checkout, open to nobody else as under umask 077. */
function checkoutOf(files: readonly string[]): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'distribution/compose'), { recursive: true });
  for (const file of files) {
    copyFileSync(join(ROOT, file), join(folder, file));
    chmodSync(join(folder, file), statSync(join(ROOT, file)).mode & 0o700);
  }
  return folder;
}

it('makes all secrets, once, in a folder that others cannot enter', () => {
  const folder = checkoutOf([SCRIPT]);
  const make = (): string =>
    execFileSync('sh', [join(folder, SCRIPT), 'engine.example', '192.0.2.7'], { encoding: 'utf8' });
  const made = (): Record<string, string> =>
    Object.fromEntries(
      readdirSync(join(folder, 'secrets')).map((name) => [name, readFileSync(join(folder, 'secrets', name), 'utf8')]),
    );

  make();
  const first = made();
  expect(Object.keys(first)).toEqual(
    expect.arrayContaining(Object.values(secrets).map(({ file }) => file.replace('./secrets/', ''))),
  );
  expect(statSync(join(folder, 'secrets')).mode & 0o777).toBe(0o700);
  expect(first['master-key']).toMatch(/^[0-9a-f]{64}\n$/);
  expect(() => parseSettings({ DATABASE_URL: first['database-url']?.trim() })).not.toThrow();
  const certificate = execFileSync('openssl', ['x509', '-noout', '-ext', 'subjectAltName'], {
    input: first['proxy.pem'],
    encoding: 'utf8',
  });
  expect(certificate).toContain('DNS:localhost, IP Address:127.0.0.1, DNS:engine.example, IP Address:192.0.2.7');

  expect(make()).toBe('');
  expect(made()).toEqual(first);
});

it('makes nothing by halves where openssl is missing', () => {
  const folder = checkoutOf([SCRIPT]);
  mkdirSync(join(folder, 'bin'));
  for (const tool of ['cat', 'chmod', 'dirname', 'mkdir', 'mv']) symlinkSync(`/bin/${tool}`, join(folder, 'bin', tool));
  const { status, stderr } = spawnSync('/bin/sh', [join(folder, SCRIPT)], {
    env: { PATH: join(folder, 'bin') },
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([3, expect.stringContaining('openssl is missing')]);
  expect(readdirSync(folder)).not.toContain('secrets');
});

it('lets containers read their configuration, whatever umask the checkout was made with', () => {
  const files = [SCRIPT, ...Object.values(configs).map(({ file }) => file)];
  const folder = checkoutOf(files);
  execFileSync('sh', [join(folder, SCRIPT)], { stdio: 'ignore' });
  const modes = files.map((file) => [file, (statSync(join(folder, file)).mode & 0o777).toString(8)]);
  expect(modes).toEqual(files.map((file) => [file, file.endsWith('.sh') ? '755' : '644']));
});
