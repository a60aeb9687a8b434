import { existsSync, mkdirSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { phrase, type Text } from '../../domain/text/text.ts';
import { DATA_MARKS } from './service-defaults.ts';
import type { Service } from './service-unit.ts';
import { run, serviceImpossible } from './systemd.ts';

const CACHE_MARKS = ['mirror/blobs', 'package-files.json', 'local_build.lock'];

type Folders = Pick<Service, 'folder' | 'dataDir' | 'cacheDir'>;

/** Throws where the service would be given what is not an engine's: it owns all that is in its folders. */
export function refuseForeignFolders({ folder, dataDir, cacheDir }: Folders, before?: Folders): void {
  if (dataDir !== before?.dataDir) refuseForeign('--data-dir', dataDir, folder, DATA_MARKS);
  if (cacheDir !== before?.cacheDir) refuseForeign('--cache-dir', cacheDir, folder, CACHE_MARKS);
}

function refuseForeign(option: string, given: string, program: string, marks: readonly string[]): void {
  const folder = existsSync(given) ? realpathSync(given) : given;
  const refuse = (why: Text): never => {
    const better = join(folder === '/' ? '/srv' : given, 'deployment-engine');
    throw serviceImpossible(
      phrase('{option} {folder}: {why}; the service would own all of it. Name a folder of its own: {better}', {
        option,
        folder: given,
        why,
        better,
      }),
    );
  };
  if (dirname(folder) === '/') refuse(phrase('this is a folder at the top of the file system'));
  if (`${realpathSync(program)}/`.startsWith(`${folder}/`))
    refuse(phrase('the program is in it ({program})', { program }));
  const isEmpty = !existsSync(folder) || readdirSync(folder).every((name) => name === 'lost+found');
  if (!isEmpty && !marks.some((mark) => existsSync(join(folder, mark))))
    refuse(phrase("it holds files that are not an engine's (none of {marks})", { marks }));
}

/** Test nodes, which root makes, may be in the same cache. */
export function giveTo(user: string, given: string): void {
  mkdirSync(given, { recursive: true });
  const folder = realpathSync(given);
  const owner = `${user}:`;
  run('chown', '--no-dereference', owner, folder);
  // The account may put a link in the place of a folder at any time; chown follows none, wherever it is.
  const own = readdirSync(folder).filter((name) => !['nodes', 'lost+found'].includes(name));
  for (const name of own) run('chown', '--recursive', '--no-dereference', owner, join(folder, name));
}
