import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { makeVcapFolder } from '../../../activities/checks/vcap-folder.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { run } from '../shell.ts';
import { programs } from '../stand-in-programs.ts';

// Who it is given to is only said: the test machine has no vcap.
const path = programs({ chown: 'echo "chown $* in $(pwd -P)"' });

let root: string;
let store: string;

beforeEach(() => {
  root = temporaryFolder();
  store = join(root, 'var/vcap/store');
});

it('makes a folder of vcap’s in the store, and gives vcap one that is there', () => {
  const given = { exitCode: 0, stdout: `chown vcap:vcap . in ${store}/shared\n` };
  expect(run(makeVcapFolder('shared'), { root, path })).toEqual(given);
  expect(run(makeVcapFolder('shared'), { root, path })).toEqual(given);
});

it('gives vcap nothing to which a link leads', () => {
  mkdirSync(join(root, 'etc'));
  mkdirSync(store, { recursive: true });
  symlinkSync(join(root, 'etc'), join(store, 'shared'));
  expect(run(makeVcapFolder('shared'), { root, path })).toEqual({
    exitCode: 1,
    stdout: `${store}/shared is a link, and root does not follow links there; put a folder in its place\n`,
  });
});

it('makes nothing where a link leads that leads nowhere yet', () => {
  mkdirSync(store, { recursive: true });
  symlinkSync(join(root, 'elsewhere'), join(store, 'shared'));
  expect(run(makeVcapFolder('shared'), { root, path })).toMatchObject({ exitCode: 1, stdout: '' });
  expect(existsSync(join(root, 'elsewhere'))).toBe(false);
});
