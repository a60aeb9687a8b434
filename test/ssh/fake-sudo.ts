import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Asks like sudo: three times, on standard error, with the prompt it is given; keeps a list of the wrong answers. */
const PROGRAM = `
folder=$(dirname "$0")
[ ! -e "$folder/refuses" ] || { cat "$folder/refuses" >&2; exit 1; }
prompt='Password: '
while [ "$1" != /usr/bin/env ]; do [ "$1" != -p ] || prompt=$2; shift; done
for try in 1 2 3; do
  printf %s "$prompt" >&2
  IFS= read -r answer || { echo 'sudo: no password was provided' >&2; exit 1; }
  [ "$answer" != "$(cat "$folder/password")" ] || exec "$@"
  echo "$answer" >>"$folder/wrong"
  echo 'Sorry, try again.' >&2
done
echo "sudo: $try incorrect password attempts" >&2
exit 1`;

export interface FakeSudo {
  /** To be put first on the PATH. */
  readonly folder: string;
  /** What the account's password is from now on. */
  setPassword(password: string): void;
  /** Refuses without asking, with these words. */
  refuse(words: string): void;
  /** Everything that was answered and was not the password. */
  wrong(): string[];
}

export function createFakeSudo(folder: string): FakeSudo {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'sudo'), `#!/bin/sh${PROGRAM}\n`);
  chmodSync(join(folder, 'sudo'), 0o755);
  const wrong = join(folder, 'wrong');
  return {
    folder,
    setPassword: (password) => writeFileSync(join(folder, 'password'), password),
    refuse: (words) => appendFileSync(join(folder, 'refuses'), `${words}\n`),
    wrong: () => (existsSync(wrong) ? readFileSync(wrong, 'utf8').trimEnd().split('\n') : []),
  };
}
