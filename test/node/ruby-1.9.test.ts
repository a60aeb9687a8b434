import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instanceTag } from '../../domain/instance.ts';
import type { ReleaseVersion } from '../../domain/versions/version.ts';
import { v160 } from '../../domain/versions/v160.ts';
import { v170 } from '../../domain/versions/v170.ts';
import { v194 } from '../../domain/versions/v194.ts';
import { versionOf } from '../../domain/versions/versions.ts';
import { readRelease } from '../../release/read-release.ts';
import { readJobTexts } from '../../rendering/job-texts.ts';
import { renderCluster } from '../../rendering/render-cluster.ts';
import { SAMPLE_VERSIONS } from '../../sample/release/sample-version.ts';
import { configurationWith, DOCUMENT, instancesIn } from '../domain/document-example.ts';
import { CF_RELEASE_DIR, manifestsOf, releaseFile, secretsFor } from '../release/cf-release.ts';
import { MemoryBlobs } from '../release/release-tarball.ts';
import { renderOnNode } from '../rendering/both-renderings.ts';
import { REFUSED, TAKEN } from '../rendering/job-file-cases.ts';
import { IDIOMS, jobOf, PROPERTIES } from '../rendering/read-idioms.ts';
import { renderAll, unpackRelease } from '../rendering/render-instances.ts';
import { writeSampleJobs } from '../sample/write-sample-jobs.ts';
import { findJRuby } from '../support/jruby/jruby.ts';
import { answers, NESTED } from './nise_bosh/dry-answers.ts';
import { FAILURES, OLD_RUBY, RULES } from './nise_bosh/template-cases.ts';

// Nodes of 2010 and 2012 have ruby 1.9.3. What this machine's ruby and the one in WebAssembly render is rendered here in
// ruby 1.9.3's language as well: each table in one process of JRuby, since each takes seconds to start.

const found = await findJRuby();
const ruby = 'command' in found ? found.command : (['jruby'] as const);
const needs = 'lacking' in found ? ` (needs ${found.lacking})` : '';

const TIMEOUT = 600_000;

/** What Java decides, not ruby 1.9.3: what these give, or are refused with, instead. */
const BY_JAVA: Readonly<Record<string, string>> = {
  'counts as ruby 1.9 did': 'true 8 3 002.3',
  'refuses a library that does not exist': 'line 2: LoadError: no such file to load -- chef',
  'asks for the addresses': '0:0:0:0:0:0:0:1%lo',
};

/** Its parser of YAML is not libyaml: it counts another line, takes any bytes, and refuses the last. */
const NOT_OF_ITS_YAML = new Set(['has a tab', 'is no UTF-8', 'counts in sixties']);

describe.skipIf('lacking' in found)(`nise-bosh in the language of ruby 1.9.3${needs}`, { timeout: TIMEOUT }, () => {
  it('does what templates of releases do, and reads and refuses each job.MF', () => {
    const refused = REFUSED.map(([, file]) => ({ 'job.MF': file, 'templates/t': 'x' }));
    const taken = TAKEN.map(([, file, template]) => ({ 'job.MF': file, 'templates/t': template }));
    const position = { refused: IDIOMS.length, taken: IDIOMS.length + refused.length };
    const seen = renderOnNode([...IDIOMS.map(jobOf), ...refused, ...taken], PROPERTIES, ruby);
    const idioms = IDIOMS.flatMap((each, index) => {
      if (each.on === 'dry') return [];
      const { out, refusals } = seen[index] ?? {};
      const expected = BY_JAVA[each.it] ?? each.refuses ?? each.gives;
      const said = each.refuses === undefined ? (out ?? refusals?.[0]) : refusals?.[0]?.slice(0, expected?.length);
      return said === expected ? [] : [{ it: each.it, said, expected }];
    });
    const refusals = REFUSED.flatMap(([what, , expected], index) => {
      const said = seen[position.refused + index]?.refusals ?? [];
      if (NOT_OF_ITS_YAML.has(what)) return [];
      const isSo =
        said.length === 1 && (typeof expected === 'string' ? said[0] === expected : expected.test(said[0] ?? ''));
      return isSo ? [] : [{ what, said, expected }];
    });
    const others = TAKEN.flatMap(([what, , , expected], index) => {
      const { out, refusals: said } = seen[position.taken + index] ?? {};
      return out === expected || NOT_OF_ITS_YAML.has(what) ? [] : [{ what, out, said, expected }];
    });
    expect([...idioms, ...refusals, ...others]).toEqual([]);
  });

  it("keeps BOSH's rules, and tells what is wrong with a template", () => {
    const given = [...RULES, ...OLD_RUBY.map(([template, expected]) => [template, template, expected] as const)];
    const requests = [...given, ...FAILURES].map(([, template]) => ({ properties: NESTED, template }));
    const seen = answers(requests, '', ruby);
    for (const [index, [what, , expected]] of given.entries())
      expect([what, seen[index].jobs?.server.out ?? seen[index]]).toEqual([what, expected]);
    for (const [index, [what, , line, property, message]] of FAILURES.entries())
      expect([what, seen[given.length + index].failures]).toEqual([
        what,
        [{ job: 'server', template: 't', line, property, message }],
      ]);
  });

  /** JRuby ends the threads of its time-outs by force, and newer Java sometimes tells of it. */
  const ENDED_THREAD =
    /^\n?Exception: java\.lang\.ThreadDeath thrown from the UncaughtExceptionHandler in thread "[^"]*"\n/gm;

  describe('renders the document’s example as ruby 3.4 does', () => {
    const ownAddress = execFileSync('hostname', ['-I'], { encoding: 'utf8' }).split(' ', 1)[0] ?? '';
    const configuration = configurationWith(DOCUMENT.components);
    const folder = mkdtempSync(join(tmpdir(), 'ruby-1.9-'));
    afterAll(() => rmSync(folder, { recursive: true }));

    const clusters = [
      ...SAMPLE_VERSIONS.map((number) => ({
        version: versionOf({ name: 'cf-lite', version: number }),
        file: (place: string) => writeSampleJobs(number, place),
      })),
      ...(CF_RELEASE_DIR === undefined ? [] : [v160, v170, v194]).map((version) => ({
        version,
        file: async () => releaseFile(version),
      })),
    ].map((each) => ({ ...each, name: `${each.version.release.name} ${each.version.release.version}` }));
    /** By the clusters' names. */
    const expected = new Map<string, ReadonlyMap<string, unknown>>();
    let complaints: string;

    beforeAll(async () => {
      const renderings = await Promise.all(
        clusters.map(async ({ name, version, file }) => {
          const place = join(folder, name);
          mkdirSync(place);
          const tarball = await file(place);
          const secrets = secretsFor(version);
          expected.set(name, await byRuby34(version, tarball, secrets));
          const release = unpackRelease(tarball);
          return manifestsOf(configuration, version, secrets).map((each) => ({ ...each, folder: place, release }));
        }),
      );
      complaints = renderAll(renderings.flat(), ruby).replaceAll(ENDED_THREAD, '');
      for (const release of new Set(renderings.flat().map((each) => each.release)))
        rmSync(release, { recursive: true });
    }, TIMEOUT);

    /** Path below the cluster's folder to content. */
    async function byRuby34(version: ReleaseVersion, tarball: string, secrets: ReturnType<typeof secretsFor>) {
      const blobs = new MemoryBlobs();
      const rendered = await renderCluster({
        configuration,
        instances: instancesIn(configuration),
        release: await readRelease(tarball, blobs, { allowMissingPackages: true }),
        version,
        secrets,
        texts: ({ archive }) => readJobTexts(blobs.contents.get(archive.sha256) ?? Buffer.of()),
      });
      return new Map(
        rendered.flatMap(({ instance, jobs, monit }) =>
          [
            ...Object.entries(jobs).flatMap(([job, all]) =>
              Object.entries(all).map(([path, text]) => [`jobs/${job}/${path}`, text] as const),
            ),
            ...Object.entries(monit).map(([job, text]) => [`monit/${job}.monitrc`, text] as const),
          ].map(
            ([path, text]) => [`${instanceTag(instance.id)}/${path}`, { text, address: instance.address }] as const,
          ),
        ),
      );
    }

    it.each(clusters)('$name', ({ name }) => {
      expect(complaints).toBe('');
      const files = expected.get(name) ?? new Map();
      expect(files.size).toBeGreaterThan(50);
      for (const [path, { text, address }] of files)
        // v160 asks the machine for its address, and here all instances ask the same one.
        expect([path, readFileSync(join(folder, name, path), 'utf8').replaceAll(ownAddress, address)]).toEqual([
          path,
          text,
        ]);
    });
  });
});
