import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { reasonsOf } from '../../../activities/attempt/run-step.ts';
import { WORK } from '../../../activities/packages/work-folder.ts';
import { compilePackages } from '../../../activities/steps/compile-packages.ts';
import type { NodeContext } from '../../../cluster/node-context.ts';
import { packageKey } from '../../../domain/release/release.ts';
import type { BuildAct } from '../../../domain/step.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { NATS, nodeContext } from '../samples.ts';
import { factsOf, run } from '../shell.ts';

const context = nodeContext();
const step = compilePackages(context);

const root = temporaryFolder();
const PACKAGES = join(root, 'var/vcap/data/packages');
const reasons = () => reasonsOf(step.changes(factsOf(step, { root })));

/** A compiled package with the marker nise-bosh writes: its own listing, made in its folder. */
function compiled(name: string): string {
  const folder = join(PACKAGES, name, `f-${name}`);
  mkdirSync(join(folder, 'bin'), { recursive: true });
  writeFileSync(join(folder, 'bin', `it's ${name}`), name);
  const listing = `cd ${folder} && find . -printf '%p %s %m %T@\\n' | LC_ALL=C sort | sha256sum | cut -d' ' -f1`;
  writeFileSync(`${folder}.done`, run({ text: listing, secrets: {} }).stdout);
  return folder;
}

describe('packages', () => {
  it('are all made on a node that has none, each after what it needs', () => {
    expect(reasons()).toEqual(['package common is not there', 'package gnatsd is not there']);
  });

  it('that are there and intact are left alone', () => {
    compiled('common');
    expect(reasons()).toEqual(['package gnatsd is not there']);
    compiled('gnatsd');
    expect(reasons()).toEqual([]);
  });

  it.each([
    ['a file was changed', (folder: string) => appendFileSync(join(folder, `bin/it's gnatsd`), 'x')],
    ['a file was added', (folder: string) => writeFileSync(join(folder, 'new'), '')],
    ['the folder is gone', (folder: string) => rmSync(folder, { recursive: true })],
    ['the marker is gone', (folder: string) => rmSync(`${folder}.done`)],
    ['the marker is empty', (folder: string) => writeFileSync(`${folder}.done`, '')],
  ])('are made again when %s', (_case, harm) => {
    compiled('common');
    const folder = compiled('gnatsd');
    expect(reasons()).toEqual([]);
    harm(folder);
    expect(reasons()).toEqual(['package gnatsd is not there']);
  });
});

it('compiles from the sources in the mirror and packs under the key that others ask for', () => {
  const [, gnatsd] = step.changes({ intact: new Set() }).map(({ act }) => act as BuildAct);
  expect(gnatsd?.key).toBe('package/gnatsd/f-gnatsd');
  expect(gnatsd?.key).toBe(context.packages[1] && packageKey(context.packages[1]));
  expect(gnatsd?.prepare).toMatchObject([
    { act: { kind: 'command' } },
    { act: { kind: 'command' } },
    { act: { kind: 'fetchBlob', sha256: 'c'.repeat(64) } },
  ]);
  expect(gnatsd?.compile.text).toContain(
    ` -p --working-dir ${WORK}/packages --keep-links --no-dependency -d /var/vcap /var/vcap/bosh/releases/${'d'.repeat(16)} gnatsd\n`,
  );
});

it('notes what it puts in place for other nodes alone', () => {
  const unpacking = (context: NodeContext) =>
    compilePackages(context)
      .changes({ intact: new Set() })
      .map(({ act }) => (act as BuildAct).unpack.text.includes('/built'));
  expect(unpacking(context)).toEqual([false, false]);
  expect(unpacking({ ...context, instances: [{ ...NATS, packages: ['common'] }] })).toEqual([false, true]);
});
