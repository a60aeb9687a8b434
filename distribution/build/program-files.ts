import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Commit {
  readonly id: string;
  readonly at: Date;
  /** Files that differ from the commit. */
  readonly uncommitted: readonly string[];
}

/** The commit that is checked out. */
export async function commitOf(checkout: string): Promise<Commit> {
  const git = async (...words: string[]): Promise<string> => (await run('git', words, { cwd: checkout })).stdout;
  const [id = '', seconds = ''] = (await git('log', '-1', '--format=%H %ct')).trim().split(' ');
  const changes = (await git('status', '--porcelain')).split('\n').filter((line) => line !== '');
  return { id, at: new Date(Number(seconds) * 1000), uncommitted: changes.map((line) => line.slice(3)) };
}

/** Not shipped: tests, development tools, test nodes and the demo, which needs them. */
const NOT_SHIPPED = `
  test bench distribution/build distribution/compose activation/issue sample/demo sample/nodes sample/cluster-check.ts
  import-table.ts knip.json oxlint.config.ts tsconfig.json vitest.config.ts
  Dockerfile .dockerignore docker-compose.yml .ci .gitignore .npmrc .prettierignore .prettierrc.json CONTRIBUTING.md docs/test-nodes.md
`;

/** Writes the committed files of the program; nothing uncommitted can get in. */
export async function programFiles(checkout: string, { id }: Commit, folder: string): Promise<void> {
  const archive = join(folder, '.program.tar');
  await run('git', ['archive', '--format=tar', `--output=${archive}`, id], { cwd: checkout });
  await run('tar', ['-xf', archive, '-C', folder]);
  for (const path of `.program.tar ${NOT_SHIPPED}`.trim().split(/\s+/))
    await rm(join(folder, path), { recursive: true, force: true });
  await describePackage(join(folder, 'package.json'), id);
}

/** Drops scripts for what is not shipped; adds the commit, by which a package is recognised. */
async function describePackage(file: string, packagedCommit: string): Promise<void> {
  const { devDependencies: _, scripts, ...rest } = JSON.parse(await readFile(file, 'utf8')) as Described;
  const kept = Object.entries(scripts).filter(([, line]) => SHIPPED_SCRIPT.test(line));
  const described = { ...rest, packagedCommit, scripts: Object.fromEntries(kept) };
  await writeFile(file, `${JSON.stringify(described, undefined, 2)}\n`);
}

const SHIPPED_SCRIPT = /^(node server\/|bash \.\/DeploymentEngineServer)/;

interface Described extends Readonly<Record<string, unknown>> {
  readonly devDependencies: unknown;
  readonly scripts: Readonly<Record<string, string>>;
}
