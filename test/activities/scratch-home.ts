import { lchownSync, mkdirSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { programs } from './stand-in-programs.ts';

/** A home without its files for an account of this machine, and a PATH whose `getent` says that it is that account's. */
export function scratchHome() {
  // Root may do everything; what must work as an account is tried as one.
  const user = userInfo().uid === 0 ? 'nobody' : userInfo().username;
  const [uid = 0, gid = 0] = ['-u', '-g'].map((which) =>
    Number(execFileSync('id', [which, user], { encoding: 'utf8' })),
  );
  const folder = temporaryFolder();
  const home = join(folder, 'home');
  mkdirSync(home);
  const own = (...paths: string[]): void =>
    paths.forEach((each) => void (userInfo().uid === 0 && lchownSync(each, uid, gid)));
  own(folder, home);
  const path = programs({
    getent: `[ "$1" = passwd ] || exit 2
      for key; do [ "$key" != ${user} ] || echo '${user}:x:${uid}:${gid}::${home}:/bin/sh'; done`,
  });
  return { user, home, path, own };
}
