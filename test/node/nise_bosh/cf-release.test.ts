import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseErrors } from '../../support/rendered-files.ts';
import { niseBosh, temporaryFolder, write } from './fixture-release.ts';

// Third-party release data, not part of the repository: jobs archives cf-VERSION-jobs.tgz with manifests cf-vVERSION.yml.
const FOLDER = process.env['CF_RELEASE_DIR'];

/**
 * What the director's own code of December 2014 makes of the example: files of all instances, monit entries included, and
 * the digest over theirs, where `hostname -I` says ADDRESS.
 */
const BY_BOSH: readonly [version: string, files: number, digest: string][] = [
  ['160', 176, 'dcbd8b76d62f341246224e8561a87e1b1da92f73da937f140e0b0b4535046a12'],
  ['170', 202, '00da80e364f865d34420bc115815f5a04ad7646e38edad7d599a06434ec57895'],
  ['194', 263, 'a220e0a96236a1599c30e59f6a3972ffec62504cd7b3ba373a1d0df09e59e067'],
];
const ADDRESS = '10.0.0.1';

const sha256 = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex');

/** A PATH where every machine has the same address. */
function pathWithAddress(): string {
  const folder = temporaryFolder();
  chmodSync(write(join(folder, 'hostname'), `#!/bin/sh\necho '${ADDRESS} '\n`), 0o755);
  return `${folder}:${process.env['PATH']}`;
}

/** Over `INSTANCE/JOB/PATH` of all files and their content; the monit entry is at the path `monit`. */
function digestOf(folder: string, files: readonly string[]): string {
  const lines = files.map((file) => {
    const path = relative(folder, file)
      .replace(/^([^/]+)\/jobs\//, '$1/')
      .replace(/^([^/]+)\/monit\/(.+)\.monitrc$/, '$1/$2/monit');
    return `${sha256(readFileSync(file))}  ${path}\n`;
  });
  return sha256(lines.toSorted().join(''));
}

describe.skipIf(FOLDER === undefined)('every template of cf-release (needs CF_RELEASE_DIR)', () => {
  it.each(BY_BOSH)('gives what BOSH gives, and parses: v%s', { timeout: 120_000 }, (version, expected, digest) => {
    const release = join(FOLDER ?? '', `cf-${version}-jobs.tgz`);
    const manifest = join(FOLDER ?? '', `cf-v${version}.yml`);
    const { jobs }: { jobs: { name: string; instances: number }[] } = parse(readFileSync(manifest, 'utf8'));
    const unpacked = temporaryFolder();
    execFileSync('tar', ['-xzf', release, '-C', unpacked]);
    const out = temporaryFolder();
    const path = pathWithAddress();
    for (const { name, instances } of jobs)
      for (let index = 0; index < instances; index++) {
        const folder = join(out, `${name}_${index}`);
        mkdirSync(folder);
        const words = ['-t', '--out', folder, '-i', `${index}`, unpacked, manifest, name];
        expect(niseBosh(words, { path })).toMatchObject({ code: 0, stderr: '' });
      }
    const files = execFileSync('find', [out, '-type', 'f'], { encoding: 'utf8' }).trimEnd().split('\n');
    expect(files).toHaveLength(expected);
    expect(digestOf(out, files)).toBe(digest);
    expect(parseErrors(files)).toBe('');
  });
});
