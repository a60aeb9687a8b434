import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { commitOf, programFiles } from '../../../distribution/build/program-files.ts';
import { isPackaged, packagedCommit } from '../../../distribution/packaged.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const PACKAGE_JSON = {
  name: 'engine',
  scripts: { plan: 'node server/call-command.ts plan', test: 'bash test/run.sh' },
  dependencies: { zod: '1' },
  devDependencies: { vitest: '1' },
};

let checkout: string;
const put = (path: string, text = path): void => {
  mkdirSync(join(checkout, path, '..'), { recursive: true });
  writeFileSync(join(checkout, path), text);
};
const git = (...words: string[]): string =>
  execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.org', ...words], {
    cwd: checkout,
    encoding: 'utf8',
    env: { ...process.env, GIT_COMMITTER_DATE: '2014-05-06T07:08:09Z' },
  });

beforeEach(() => {
  checkout = temporaryFolder();
  put('package.json', JSON.stringify(PACKAGE_JSON));
  for (const path of ['server/main.ts', 'test/run.sh', 'sample/nodes/nodes.sh', 'sample/cf-lite/a', '.gitignore'])
    put(path);
  git('init', '--quiet');
  git('add', '-A');
  git('commit', '--quiet', '--message', 'first');
});

it('lays down the committed program, without tests, and marks it as a package', async () => {
  put('server/main.ts', 'not committed');
  put('server/stray.ts');
  const commit = await commitOf(checkout);
  expect(commit).toMatchObject({
    at: new Date('2014-05-06T07:08:09Z'),
    uncommitted: ['server/main.ts', 'server/stray.ts'],
  });

  const folder = temporaryFolder();
  await programFiles(checkout, commit, folder);
  expect(readFileSync(join(folder, 'server/main.ts'), 'utf8')).toBe('server/main.ts');
  expect(existsSync(join(folder, 'sample/cf-lite/a'))).toBe(true);
  for (const path of ['server/stray.ts', 'test', 'sample/nodes', '.gitignore', '.git', '.program.tar'])
    expect(existsSync(join(folder, path))).toBe(false);
  expect(isPackaged(folder)).toBe(true);
  expect(packagedCommit(folder)).toBe(git('rev-parse', 'HEAD').trim());
});

it('describes what is shipped alone', async () => {
  const folder = temporaryFolder();
  await programFiles(checkout, await commitOf(checkout), folder);
  const { packagedCommit: _, ...described } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  expect(described).toEqual({
    name: 'engine',
    scripts: { plan: 'node server/call-command.ts plan' },
    dependencies: { zod: '1' },
  });
});
