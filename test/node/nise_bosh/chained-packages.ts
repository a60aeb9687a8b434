import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FixturePackage, niseBosh, temporaryFolder } from './fixture-release.ts';

const LISTING = "find . -printf '%p %s %m %T@\\n' | LC_ALL=C sort | sha256sum | cut -d' ' -f1";
export const made = (name: string, fingerprint: string, dependencies: string[] = []): FixturePackage => ({
  name,
  fingerprint,
  dependencies,
  packaging: `echo packaging ${name}; cp text $BOSH_INSTALL_TARGET/`,
  sources: { text: `${name} ${fingerprint}\n` },
});
export const CHAIN = [made('app', 'aa', ['lib', 'tool']), made('lib', 'bb', ['tool']), made('tool', 'cc')];

export function node() {
  const root = temporaryFolder();
  const places = ['-y', '-d', root, '--working-dir', join(temporaryFolder(), 'work')];
  const data = (name: string, fingerprint: string) => join(root, 'data/packages', name, fingerprint);
  const link = (name: string) => join(root, 'packages', name);
  return {
    root,
    places,
    data,
    link,
    version: (name: string) =>
      existsSync(join(link(name), '.version')) ? readFileSync(join(link(name), '.version'), 'utf8') : undefined,
    compile: (folder: string, words: string[], path?: string) =>
      niseBosh([...places, '-p', folder, ...words], path === undefined ? {} : { path }),
    run: (words: string[]) => niseBosh([...places, ...words]),
    isDone: (name: string, fingerprint: string) => existsSync(`${data(name, fingerprint)}.done`),
  };
}

export const listing = (folder: string) => execFileSync('sh', ['-c', LISTING], { cwd: folder, encoding: 'utf8' });
