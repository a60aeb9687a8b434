import { spawnSync } from 'node:child_process';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ensureWorkFolder, useWorkFolder, WORK } from '../../../activities/packages/work-folder.ts';
import { sh } from '../../../domain/command.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { run, runChange } from '../shell.ts';

const { act } = ensureWorkFolder();
const command = act.kind === 'command' ? act.command : sh`false`;

it('is root’s alone, and holds what builds put into their folder for temporary files', () => {
  const root = temporaryFolder();
  expect(runChange(command, { root })).toEqual({ exitCode: 0, stdout: '' });
  expect(runChange(command, { root })).toEqual({ exitCode: 0, stdout: '' });
  expect(statSync(join(root, WORK)).mode & 0o777).toBe(0o700);
  mkdirSync(join(root, WORK, 'tmp'));
  writeFileSync(join(root, WORK, 'tmp/left'), '');
  expect(runChange(sh`${useWorkFolder}; ls "$TMPDIR"; mktemp`, { root }).stdout).toContain(`${join(root, WORK)}/tmp/`);
});

const mayMount = userInfo().uid === 0 && spawnSync('unshare', ['-m', 'true']).status === 0;

it.skipIf(!mayMount)('is refused, with the cure, where no program can be started', () => {
  const root = temporaryFolder();
  const point = join(root, '/var/lib');
  mkdirSync(point, { recursive: true });
  const text = `mount -t tmpfs -o noexec tmpfs ${point}\n(set -e\n${command.text.replaceAll('/var/lib', point)}\n)`;
  const { exitCode, stdout } = run(sh`unshare -m dash -c ${text}`);
  expect(act).toMatchObject({ failures: { [exitCode]: 'NodeUnfit' } });
  expect(stdout.trim()).toBe(
    `${root}${WORK} is on a file system where no program can be started, mounted noexec at ${point}. ` +
      `Mount it with exec (mount -o remount,exec ${point}, and in /etc/fstab), or another file system at ${root}${WORK}, ` +
      'then retry.',
  );
});
