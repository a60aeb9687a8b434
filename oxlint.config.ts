import { readFileSync } from 'node:fs';
import { defineConfig } from 'oxlint';
import { type Imports, MAY_IMPORT } from './import-table.ts';

/** Folders in folders that the table reaches. */
const DEEPEST = 4;

const PACKAGES = Object.keys(
  (JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as Record<'dependencies', object>)
    .dependencies,
);
const FOLDERS = [...new Set(Object.keys(MAY_IMPORT).map((row) => row.split('/')[0] ?? row)), 'test'];

/** A specifier names a folder from where it stands, so each depth has its own pattern. */
const fences = Object.entries(MAY_IMPORT).flatMap(([row, imports]) =>
  Array.from({ length: DEEPEST }, (_, below) => ({
    files: [`${row}/${'*/'.repeat(below)}*.ts`],
    rules: {
      'no-restricted-imports': ['error', fence(row, row.split('/').length + below, imports)] as ['error', object],
    },
  })),
);

function fence(row: string, depth: number, imports: Imports) {
  const { folders = [], types = [], files = [], packages = [], hasNode = true } = imports;
  const [own = row] = row.split('/');
  const up = String.raw`^(\.\./){${depth}}`;
  const message = (what: string) => `${row}/ may not import ${what} (import-table.ts says who may import whom)`;
  return {
    patterns: [
      ...FOLDERS.filter((folder) => folder !== own && !folders.includes(folder)).map((folder) => {
        // Expressions know no exceptions, and names in a group do not say how deep.
        const open = files.filter((file) => file.startsWith(`${folder}/`)).map((file) => `!**/${file}`);
        return {
          ...(open.length === 0 ? { regex: `${up}${folder}/` } : { group: [`**/${folder}/**`, ...open] }),
          message: message(`${folder}/`),
          allowTypeImports: types.includes(folder),
        };
      }),
      ...PACKAGES.filter((name) => !packages.includes(name)).map((name) => ({
        regex: `^${name}(/|$)`,
        message: message(name),
      })),
      ...(hasNode ? [] : [{ regex: '^node:', message: message("Node's own modules") }]),
    ],
  };
}

export default defineConfig({
  plugins: ['typescript', 'import', 'unicorn', 'oxc', 'promise'],
  categories: { correctness: 'error' },
  rules: {
    'typescript/no-explicit-any': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/consistent-type-imports': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/switch-exhaustiveness-check': 'error',
    'typescript/restrict-template-expressions': 'off',
    'import/no-cycle': ['error', { ignoreTypes: false }],
    'unicorn/no-thenable': 'off',
    'typescript/unbound-method': 'off',
    'typescript/no-misused-spread': 'off',
    'no-control-regex': 'off',
  },
  ignorePatterns: ['node_modules', 'data'],
  overrides: fences,
});
