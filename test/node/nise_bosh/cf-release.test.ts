import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseErrors } from '../../support/rendered-files.ts';
import { niseBosh, temporaryFolder } from './fixture-release.ts';

// Third-party release data, not part of the repository: jobs archives cf-VERSION-jobs.tgz with manifests cf-vVERSION.yml.
const FOLDER = process.env['CF_RELEASE_DIR'];

/** Files of all instances of the example, monit entries included. */
const FILES = { 160: 176, 170: 202, 194: 263 };

describe.skipIf(FOLDER === undefined)('every template of cf-release (needs CF_RELEASE_DIR)', () => {
  it.each(Object.entries(FILES))('renders and parses for v%s', { timeout: 120_000 }, (version, expected) => {
    const release = join(FOLDER ?? '', `cf-${version}-jobs.tgz`);
    const manifest = join(FOLDER ?? '', `cf-v${version}.yml`);
    const { jobs }: { jobs: { name: string; instances: number }[] } = parse(readFileSync(manifest, 'utf8'));
    const unpacked = temporaryFolder();
    execFileSync('tar', ['-xzf', release, '-C', unpacked]);
    const out = temporaryFolder();
    for (const { name, instances } of jobs)
      for (let index = 0; index < instances; index++) {
        const folder = join(out, `${name}_${index}`);
        mkdirSync(folder);
        const words = ['-t', '--out', folder, '-i', `${index}`, unpacked, manifest, name];
        expect(niseBosh(words)).toMatchObject({ code: 0, stderr: '' });
      }
    const files = execFileSync('find', [out, '-type', 'f'], { encoding: 'utf8' }).trimEnd().split('\n');
    expect(files).toHaveLength(expected);
    expect(parseErrors(files)).toBe('');
  });
});
