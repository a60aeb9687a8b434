import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { expect, it, onTestFinished, vi } from 'vitest';
import { ownFindings } from '../../../activities/preflight/own-machine.ts';
import { configuration } from '../../store/samples.ts';
import { openSqlite, useStores } from '../../store/stores.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { dependencies } from '../workplace.ts';

const openStore = useStores(openSqlite);

it('says what it finds on a control machine with megabytes of mounts', async () => {
  const programs = temporaryFolder();
  const lines = `i=0; while [ $i -lt 4096 ]; do echo "mount=overlay /m$i overlay ${'x'.repeat(1000)} 0 0"; i=$((i+1)); done`;
  writeFileSync(join(programs, 'sed'), `#!/bin/sh\ncase "$*" in *mounts) ${lines} ;; *) exec /bin/sed "$@" ;; esac\n`);
  chmodSync(join(programs, 'sed'), 0o755);
  vi.stubEnv('PATH', `${programs}:${process.env['PATH']}`);
  onTestFinished(() => void vi.unstubAllEnvs());
  const findings = await ownFindings(dependencies(await openStore()), configuration());
  expect(findings.every(({ check }) => ['space', 'proxies', 'mirror'].includes(check))).toBe(true);
});
