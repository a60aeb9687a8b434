import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ComponentName, COMPONENTS } from '../../domain/components.ts';
import type { Configuration } from '../../domain/configuration.ts';
import { v160 } from '../../domain/versions/v160.ts';
import { v170 } from '../../domain/versions/v170.ts';
import { v194 } from '../../domain/versions/v194.ts';
import {
  configurationWith,
  DOCUMENT,
  FOUR_NODES,
  SCALED,
  STATUS_EXAMPLE,
  TWO_NODES,
} from '../domain/document-example.ts';
import { CF_RELEASE_DIR, manifestsOf, releaseFile, type Secrets, secretsFor } from '../release/cf-release.ts';
import { parseErrors } from '../support/rendered-files.ts';
import { complaint, isInstalled, PROGRAM_CHECKS } from './program-checks.ts';
import { type Rendering, renderInstances, unpackRelease } from './render-instances.ts';

/** With the files of all instances of the document's example, monit entries included. */
const CASES = [
  { version: v160, files: 176 },
  { version: v170, files: 202 },
  { version: v194, files: 263 },
];

/** What stands in the rendered files of v170 and v194 when all components share one node. */
const MOVED: Readonly<Partial<Record<ComponentName, Readonly<Record<string, RegExp>>>>> = {
  haproxy: { 'haproxy.config': /server node0 10\.0\.0\.1:8180 / },
  gorouter: { 'gorouter.yml': /^ {2}port: 8110$[^]*^port: 8180$/m },
  uaa: { 'tomcat/server.xml': /Connector .*port="8090"/, 'cf-registrar/config.yml': /^port: 8090$/m },
  login: { 'tomcat/server.xml': /Connector .*port="8100"/, 'cf-registrar/config.yml': /^port: 8100$/m },
};

const TIMEOUT = 300_000;

describe.skipIf(CF_RELEASE_DIR === undefined).each(CASES)(
  'rendering cf-release v$version.release.version with the renderer of the nodes (needs CF_RELEASE_DIR)',
  ({ version, files }) => {
    let out: string;
    let release: string;
    let secrets: Secrets;
    beforeAll(() => {
      out = mkdtempSync(join(tmpdir(), 'rendered-'));
      release = unpackRelease(releaseFile(version));
      secrets = secretsFor(version);
    });
    afterAll(() => {
      for (const folder of [out, release]) rmSync(folder, { recursive: true });
    });

    const renderingsOf = (components: Partial<Configuration['components']>, name: string): Rendering[] =>
      manifestsOf(configurationWith(components), version, secrets).map((each) => ({
        ...each,
        folder: join(out, name),
      }));

    it(
      `makes the ${files} files of the documented example, and they parse`,
      () => {
        expect(renderInstances(release, renderingsOf(DOCUMENT.components, 'documented'))).toBe('');
        const made = filesBelow(join(out, 'documented'));
        expect(made).toHaveLength(files);
        expect(parseErrors(made)).toBe('');
      },
      TIMEOUT,
    );

    it(
      'makes the files of two and of four shared nodes, of scaled lists and of each component alone',
      () => {
        const alone = COMPONENTS.flatMap((name) => renderingsOf({ [name]: DOCUMENT.components[name] }, `only-${name}`));
        const shared = [...renderingsOf(TWO_NODES, 'two-nodes'), ...renderingsOf(FOUR_NODES, 'four-nodes')];
        // First instances are everywhere else; of the others one is like the next.
        const scaled = renderingsOf(SCALED, 'scaled').filter(({ instance }) => instance.index === 2);
        expect(renderInstances(release, [...alone, ...shared, ...scaled])).toBe('');
        for (const name of ['two-nodes', 'four-nodes', 'scaled'])
          expect(parseErrors(filesBelow(join(out, name)))).toBe('');
      },
      TIMEOUT,
    );

    for (const check of PROGRAM_CHECKS)
      it.skipIf(!isInstalled(check))(
        `makes what ${check.program} accepts (needs ${check.program})`,
        () => {
          const folders = ['documented', 'two-nodes', 'four-nodes', 'scaled'].flatMap((name) =>
            foldersIn(join(out, name)),
          );
          const complaints = folders.map((folder) => complaint(check, folder)).filter((each) => each !== undefined);
          expect(complaints.length).toBeGreaterThanOrEqual(4);
          expect(complaints.filter((each) => each !== '')).toEqual([]);
        },
        TIMEOUT,
      );

    // In v160 no port can be moved.
    if (version !== v160) {
      it(
        "makes the files of the document's status example, 14 components on two addresses, and they parse",
        () => {
          const renderings = renderingsOf(STATUS_EXAMPLE, 'status-example');
          expect(renderings.map(({ instance }) => instance.component).toSorted()).toEqual(COMPONENTS.toSorted());
          expect(renderInstances(release, renderings)).toBe('');
          expect(parseErrors(filesBelow(join(out, 'status-example')))).toBe('');
        },
        TIMEOUT,
      );

      it(
        'carries a moved port into every file that names it',
        () => {
          const crowded = Object.fromEntries(COMPONENTS.map((component) => [component, ['10.0.0.1']]));
          const all = renderingsOf(crowded, 'crowded');
          expect(
            renderInstances(
              release,
              all.filter(({ instance }) => instance.component in MOVED),
            ),
          ).toBe('');
          for (const [component, expected] of Object.entries(MOVED))
            for (const [path, line] of Object.entries(expected)) {
              const file = join(out, 'crowded', `${component}_0/jobs/${component}/config`, path);
              expect(readFileSync(file, 'utf8'), path).toMatch(line);
            }
        },
        TIMEOUT,
      );
    }
  },
);

/** What the instances were rendered to: templates and monit files. */
const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\/(jobs|monit)(\/|$)/.test(entry.parentPath))
    .map((entry) => join(entry.parentPath, entry.name));

const foldersIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name));
