import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { versionOf } from '../../domain/versions/versions.ts';
import { SAMPLE_VERSIONS } from '../../sample/release/sample-version.ts';
import { filesBelow } from '../../sample/release/source-tree.ts';
import { SAMPLE_JOBS as jobs, TREES } from './cf-lite-variants.ts';

const run = promisify(execFile);
const releases = process.env['CF_RELEASE_DIR'];

/** Properties that v194 lacks altogether; templates ask for them with `if_p` and go without. */
const SYSLOG = ['syslog_aggregator.address', 'syslog_aggregator.port'];

/** First arguments of `p` and all of `if_p`, as they stand in the templates. */
function propertiesUsed(text: string): string[] {
  const lookups = [...text.matchAll(/\bp\('([^']+)'/g)].map(([, name]) => name ?? '');
  const conditions = [...text.matchAll(/\bif_p\(([^)]+)\)/g)].flatMap(([, names]) =>
    [...(names ?? '').matchAll(/'([^']+)'/g)].map(([, name]) => name ?? ''),
  );
  const networks = text.includes('properties.networks.apps') ? ['networks.apps'] : [];
  return [...new Set([...lookups, ...conditions, ...networks])].sort();
}

describe('the jobs of cf-lite', () => {
  it.each(SAMPLE_VERSIONS)('%s are those that the manifest generator knows', (version) => {
    const { jobs: known } = versionOf({ name: 'cf-lite', version });
    const wanted = new Set(Object.values(known).flatMap((list) => list.map(({ job }) => job)));
    const ours = jobs.filter((job) => job.version === version).map(({ name }) => name);
    expect(ours.sort()).toEqual([...wanted].sort());
  });

  const declaring = jobs.filter(({ spec }) => spec.properties !== undefined && spec.name !== 'postgres');
  it.each(declaring)('$version $name declares exactly the properties that its templates use', (job) => {
    const lacking = job.version === '194' ? SYSLOG : [];
    const used = propertiesUsed(job.text).filter((name) => !lacking.includes(name));
    expect(used).toEqual(Object.keys(job.spec.properties ?? {}).sort());
  });

  it.each(jobs)('$version $name names templates and packages that are there', ({ version, name, spec, templates }) => {
    expect(spec.name).toBe(name);
    expect(templates.toSorted()).toEqual(Object.keys(spec.templates).sort());
    const tree = TREES.get(version) ?? new Map();
    expect(spec.packages.filter((each) => filesBelow(tree, `packages/${each}`).length === 0)).toEqual([]);
  });

  it.each(jobs)('$version $name is started and stopped by scripts of its own, with time to do it', (job) => {
    const { name, spec, monit } = job;
    const scripts = [
      ...monit.matchAll(
        /(start|stop) program "\/var\/vcap\/jobs\/(\w+)\/(bin\/\w+) \1"\n {4}with timeout \d+ seconds/g,
      ),
    ];
    const checks = [
      ...monit.matchAll(/^check process (\w+)\n {2}with pidfile \/var\/vcap\/sys\/run\/(\w+)\/\1\.pid$/gm),
      ...monit.matchAll(/^check file (\w+) with path \S.*$/gm),
    ];
    expect(checks.length).toBeGreaterThan(0);
    expect(scripts).toHaveLength(2 * checks.length);
    for (const [, , job, script] of scripts) {
      expect(job).toBe(name);
      expect(Object.values(spec.templates)).toContain(script);
    }
    expect(monit.match(/^ {2}group vcap$/gm)).toHaveLength(checks.length);
  });

  it('of v194 look at a file where nothing runs', () => {
    expect(
      jobs.filter(({ monit }) => monit.includes('check file')).map(({ version, name }) => [version, name]),
    ).toEqual([['194', 'nfs_mounter']]);
  });

  it.skipIf(releases === undefined).each(SAMPLE_VERSIONS)(
    '%s use only property names that cf-release declares (needs CF_RELEASE_DIR)',
    async (version) => {
      const declared = await propertiesOf(join(releases ?? '', `cf-${version}-jobs.tgz`));
      const ours = jobs
        .filter((job) => job.version === version)
        .flatMap(({ spec }) => Object.keys(spec.properties ?? {}));
      expect(ours.filter((name) => !declared.has(name))).toEqual([]);
    },
  );
});

async function propertiesOf(tarball: string): Promise<Set<string>> {
  const folder = await mkdtemp(join(tmpdir(), 'cf-release-jobs-'));
  try {
    await run('tar', ['-xzf', tarball, '-C', folder]);
    const script = 'for job in jobs/*.tgz; do tar -xzOf "$job" --wildcards "*job.MF"; echo; echo ---; done';
    const { stdout } = await run('sh', ['-c', script], { cwd: folder, maxBuffer: 8 * 1024 ** 2 });
    const specs = parseAllDocuments(stdout).map((each) => (each.toJS() ?? {}) as { properties?: object });
    return new Set(specs.flatMap(({ properties }) => Object.keys(properties ?? {})));
  } finally {
    await rm(folder, { recursive: true });
  }
}
