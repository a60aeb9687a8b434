import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { comparePassword, passwordIn } from '../../../activities/accounts/password.ts';
import { readAnswers } from '../../../activities/checks/answers.ts';
import { type Known, knownIn } from '../../../activities/checks/known.ts';
import { lookCommand, splitChecks } from '../../../activities/checks/probe.ts';
import { Secret } from '../../../domain/secret.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { run } from '../shell.ts';
import { programs } from '../stand-in-programs.ts';

const folder = temporaryFolder();
const [shadow, compared] = [join(folder, 'shadow'), join(folder, 'compared')];
/** Instead of a comparison that takes an account of this machine: the password is stored in reverse. */
const path = programs({
  getent: `[ "$1" = shadow ] && cat ${shadow}`,
  perl: `echo compared >>${compared}; [ "$(sed -n 's/^vcap:\\([^:]*\\):.*/\\1/p' ${shadow} | rev)" != "$P" ] || echo password=right`,
});

const store = (stored: string): void => writeFileSync(shadow, `root:x:1::::::\nvcap:${stored}:19000:0:99999:7:::\n`);
let known: Known;

/** What the next look finds, and whether it has compared. */
function look(password = 'secret') {
  rmSync(compared, { force: true });
  const { look: check, together } = comparePassword('vcap', new Secret('user_password', password), ['root', 'vcap']);
  const checks = [{ run: check, together: [together] }] as const;
  const { stdout } = run(lookCommand(checks, known), { path });
  known = knownIn(stdout);
  const word = passwordIn(readAnswers(splitChecks('node', stdout, checks)[0].stdout));
  return [word, existsSync(compared) ? readFileSync(compared, 'utf8').split('\n').length - 1 : 0];
}

beforeEach(() => {
  known = {};
  store('terces');
});

describe('a password that was compared before', () => {
  it('is compared no more while nothing has changed', () => {
    expect([look(), look(), look()]).toEqual([
      ['right', 1],
      ['right', 0],
      ['right', 0],
    ]);
    expect(JSON.stringify(known)).not.toMatch(/secret|terces/);
  });

  it.each([
    ['somebody has changed it', () => store('rehto'), 'secret'],
    ['somebody has locked it', () => store('!terces'), 'secret'],
    ['another one is configured', () => {}, 'other'],
  ])('is compared again when %s', (_case, change, password) => {
    look();
    change();
    expect(look(password)).toEqual(['different', 1]);
  });

  it('is compared again where it was wrong', () => {
    expect([look('other'), look('other')]).toEqual([
      ['different', 1],
      ['different', 1],
    ]);
  });

  it.each([
    ['cannot be read', () => rmSync(shadow)],
    ['is empty', () => store('')],
  ])('is compared each time where what the node stores %s', (_case, change) => {
    change();
    expect([look(''), look('')].map(([, times]) => times)).toEqual([1, 1]);
    expect(known['known_password']).toBe('');
  });
});
