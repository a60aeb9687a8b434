import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { MAY_IMPORT } from '../../import-table.ts';
import configuration from '../../oxlint.config.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const OXLINT = join(import.meta.dirname, '../../node_modules/.bin/oxlint');
const FOLDERS = Object.keys(MAY_IMPORT).filter((row) => !row.includes('/'));
const PACKAGES = ['zod', 'kysely/migration', '@temporalio/client'];
const FILES = Object.values(MAY_IMPORT).flatMap(({ files = [] }) => files);
const DEPTHS = ['', 'room/', 'room/corner/'];

interface Planted {
  readonly from: string;
  readonly to: string;
  readonly how: 'value' | 'type';
}

/** Every folder, at every depth, imports a value and a type of every other. */
const planted: Planted[] = Object.keys(MAY_IMPORT).flatMap((row) =>
  DEPTHS.flatMap((depth) =>
    [...FOLDERS, ...FILES, 'test', 'node:', ...PACKAGES]
      .filter((to) => to.split('/')[0] !== row.split('/')[0])
      .flatMap((to) => (['value', 'type'] as const).map((how) => ({ from: `${row}/${depth}`, to, how }))),
  ),
);

const specifier = ({ from, to }: Planted): string => {
  if (to === 'node:') return 'node:fs';
  return PACKAGES.includes(to)
    ? to
    : `${'../'.repeat(from.split('/').length - 1)}${to}${to.endsWith('.ts') ? '' : '/a.ts'}`;
};

function isAllowed({ from, to, how }: Planted): boolean {
  const row = from.startsWith('domain/schemas/') ? 'domain/schemas' : (from.split('/')[0] ?? '');
  const { folders = [], types = [], files = [], packages = [], hasNode = true } = MAY_IMPORT[row] ?? {};
  if (to === 'node:') return hasNode;
  if (PACKAGES.includes(to)) return packages.some((name) => to === name || to.startsWith(`${name}/`));
  const [folder = to] = to.split('/');
  return folders.includes(folder) || files.includes(to) || (how === 'type' && types.includes(folder));
}

const fileOf = ({ from, to, how }: Planted): string => `${from}${to.replaceAll(/\W/g, '-')}-${how}.ts`;

describe('who may import whom', () => {
  let refused: ReadonlySet<string>;

  beforeAll(() => {
    const root = temporaryFolder();
    for (const each of planted) {
      const path = join(root, fileOf(each));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(
        path,
        `import ${each.how === 'type' ? 'type ' : ''}{ A } from '${specifier(each)}';\nexport { A };\n`,
      );
    }
    const { overrides } = configuration;
    writeFileSync(join(root, '.oxlintrc.json'), JSON.stringify({ categories: { correctness: 'off' }, overrides }));
    const { stdout } = spawnSync(OXLINT, ['--format=json'], { cwd: root, encoding: 'utf8', maxBuffer: 100e6 });
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: { filename: string; code: string }[] };
    refused = new Set(diagnostics.map(({ filename }) => filename));
  });

  it.each(Object.keys(MAY_IMPORT))('%s imports what its row names and nothing else', (row) => {
    const own = planted.filter(({ from }) => DEPTHS.some((depth) => from === `${row}/${depth}`));
    const mistaken = own.filter((each) => refused.has(fileOf(each)) === isAllowed(each));
    expect(mistaken.map((each) => `${fileOf(each)} ${isAllowed(each) ? 'was refused' : 'was let through'}`)).toEqual(
      [],
    );
  });

  it('refuses what is not allowed, and allows something', () => {
    expect(refused.size).toBeGreaterThan(FOLDERS.length);
    expect(planted.some(isAllowed)).toBe(true);
  });
});
