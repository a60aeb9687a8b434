import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { cfLite } from '../../domain/versions/cf-lite.ts';

const run = promisify(execFile);
const SOURCES = join(import.meta.dirname, '../../sample/cf-lite');

interface Spec {
  readonly name: string;
  readonly packages: readonly string[];
  readonly templates: Readonly<Record<string, string>>;
  readonly properties?: Readonly<Record<string, unknown>>;
}

const packages = await readdir(join(SOURCES, 'packages'));
const jobs = await Promise.all(
  (await readdir(join(SOURCES, 'jobs'))).map(async (name) => {
    const folder = join(SOURCES, 'jobs', name);
    const templates = await readdir(join(folder, 'templates'));
    return {
      name,
      spec: parse(await readFile(join(folder, 'spec'), 'utf8')) as Spec,
      monit: await readFile(join(folder, 'monit'), 'utf8'),
      templates,
      text: (await Promise.all(templates.map((file) => readFile(join(folder, 'templates', file), 'utf8')))).join('\n'),
    };
  }),
);

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
  it('are those that the manifest generator knows', () => {
    const known = Object.values(cfLite.jobs).flatMap((list) => list.map(({ job }) => job));
    expect(jobs.map(({ name }) => name).sort()).toEqual(known.sort());
  });

  it.each(jobs)('$name declares exactly the properties that its templates use', ({ spec, text }) => {
    // A job that declares none sees the whole manifest.
    expect(propertiesUsed(text)).toEqual(Object.keys(spec.properties ?? {}).sort());
  });

  it.each(jobs)('$name names templates and packages that are there', ({ name, spec, templates }) => {
    expect(spec.name).toBe(name);
    expect(templates.sort()).toEqual(Object.keys(spec.templates).sort());
    expect(packages).toEqual(expect.arrayContaining([...spec.packages]));
  });

  it.each(jobs)('$name is started and stopped by scripts of its own, with time to do it', ({ name, spec, monit }) => {
    const scripts = [
      ...monit.matchAll(
        /(start|stop) program "\/var\/vcap\/jobs\/(\w+)\/(bin\/\w+) \1"\n {4}with timeout \d+ seconds/g,
      ),
    ];
    const processes = [
      ...monit.matchAll(/^check process (\w+)\n {2}with pidfile \/var\/vcap\/sys\/run\/(\w+)\/\1\.pid$/gm),
    ];
    expect(processes.length).toBeGreaterThan(0);
    expect(scripts).toHaveLength(2 * processes.length);
    for (const [, , job, script] of scripts) {
      expect(job).toBe(name);
      expect(Object.values(spec.templates)).toContain(script);
    }
    expect(monit.match(/^ {2}group vcap$/gm)).toHaveLength(processes.length);
  });

  it.skipIf(process.env['CF_RELEASE_DIR'] === undefined)('use only property names that v170 declares', async () => {
    const declared = await propertiesOfV170(process.env['CF_RELEASE_DIR'] ?? '');
    const ours = jobs.flatMap(({ spec }) => Object.keys(spec.properties ?? {}));
    expect(ours.filter((name) => !declared.has(name))).toEqual([]);
  });
});

async function propertiesOfV170(folder: string): Promise<Set<string>> {
  const tarball = join(folder, 'cf-170-jobs.tgz');
  const { stdout } = await run('tar', ['-tzf', tarball]);
  const names = new Set<string>();
  for (const archive of stdout.split('\n').filter((path) => path.endsWith('.tgz'))) {
    const command = 'tar -xzOf "$1" "$2" | tar -xzO --wildcards "*job.MF"';
    const { stdout: spec } = await run('sh', ['-c', command, 'sh', tarball, archive]);
    for (const name of Object.keys((parse(spec) as Spec).properties ?? {})) names.add(name);
  }
  return names;
}
