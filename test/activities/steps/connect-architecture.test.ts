import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { type Known, knownIn } from '../../../activities/checks/known.ts';
import { lookCommand, splitChecks } from '../../../activities/checks/probe.ts';
import { connect } from '../../../activities/steps/connect.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { nodeContext } from '../samples.ts';
import { run } from '../shell.ts';
import { programs } from '../stand-in-programs.ts';

const step = connect(nodeContext());

it('asks dpkg for the architecture after it has written its status', () => {
  const root = temporaryFolder();
  const status = join(root, 'var/lib/dpkg/status');
  mkdirSync(dirname(status), { recursive: true });
  let known: Known = {};
  const look = (architecture: string) => {
    const { stdout } = run(lookCommand([step.check], known), {
      root,
      path: programs({ dpkg: `echo ${architecture}` }),
    });
    known = knownIn(stdout);
    return step.check.parse(splitChecks('node', stdout, [step.check])[0]).node.packageArchitecture;
  };
  expect([look('amd64'), look('arm64')]).toEqual(['amd64', 'arm64']);
  writeFileSync(status, 'one');
  expect([look('i386'), look('amd64')]).toEqual(['i386', 'i386']);
  writeFileSync(status, 'two');
  expect(look('amd64')).toBe('amd64');
});
