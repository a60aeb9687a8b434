import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { reasonsOf } from '../../../activities/attempt/run-step.ts';
import { databaseRoles } from '../../../activities/special/database-roles.ts';
import { Secret } from '../../../domain/secret.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { NATS, reasonsFor, textsOf } from '../samples.ts';
import { run, runChange } from '../shell.ts';

const CANARY = "canary'of the role";
const database = {
  port: 5524,
  roles: [{ name: 'ccadmin', password: new Secret('role_ccadmin', CANARY) }],
  databases: [{ name: 'ccdb', citext: true }],
};
const step = databaseRoles({
  instance: { id: 'database/0', component: 'database', address: '10.0.0.3', number: 0, index: 0 },
  settings: { ...NATS.settings, database },
});

describe('the database', () => {
  it.each([
    ['is complete', 'answers=yes\nrole=ccadmin\ndatabase=ccdb\ncitext=ccdb\n', []],
    ['does not answer', '', ['it does not answer on port 5524']],
    ['refuses a role', 'answers=yes\ndatabase=ccdb\ncitext=ccdb\n', ['role ccadmin cannot log in']],
    [
      'has nothing but itself',
      'answers=yes\ndatabase=postgres\n',
      ['role ccadmin cannot log in', 'database ccdb is missing', 'database ccdb lacks citext'],
    ],
  ])('gets what its job failed to make when it %s', (_case, stdout, reasons) => {
    expect(reasonsFor(step, stdout)).toEqual(reasons);
  });

  it('is waited for by a command that holds no secret, so that it may run detached', () => {
    const [wait] = step.changes(step.check.parse({ exitCode: 0, stdout: '' }));
    expect(wait?.act).toMatchObject({ kind: 'command', long: true, command: { secrets: {} } });
  });

  it('keeps passwords out of every command line', () => {
    const changes = step.changes(step.check.parse({ exitCode: 0, stdout: 'answers=yes\n' }));
    expect([step.check.run.text, ...textsOf(changes)].join('\n')).not.toContain('canary');
    expect(JSON.stringify(reasonsOf(changes))).not.toContain('canary');
  });
});

describe('psql', () => {
  const root = temporaryFolder();
  const psql = join(root, 'var/vcap/packages/postgres/bin/psql');
  const fake = (text: string): void => {
    mkdirSync(dirname(psql), { recursive: true });
    writeFileSync(psql, `#!/bin/sh\n${text}\n`);
    chmodSync(psql, 0o755);
  };

  it('comes over the network with the role’s password, as clients do', () => {
    fake(`case "$*" in *'-U vcap'*) exit 0 ;; esac
      echo "$* with $PGPASSWORD" >${root}/asked; [ "$PGPASSWORD" = "canary'of the role" ]`);
    expect(run(step.check.run, { root }).stdout).toBe('answers=yes\nrole=ccadmin\n');
    expect(readFileSync(join(root, 'asked'), 'utf8')).toBe(
      `-X -q -h 10.0.0.3 -p 5524 -U ccadmin -d postgres -c select 1 with ${CANARY}\n`,
    );
  });

  it('gets a role’s password on standard input, quoted', () => {
    fake(`case "$*" in *create*) exit 1 ;; esac; cat >${root}/sql`);
    const [makeRole] = step.changes(step.check.parse({ exitCode: 0, stdout: 'answers=yes\n' }));
    if (makeRole?.act.kind !== 'command') throw new Error('no command');
    expect(runChange(makeRole.act.command, { root }).exitCode).toBe(0);
    expect(readFileSync(join(root, 'sql'), 'utf8')).toBe(
      `alter role "ccadmin" with login password 'canary''of the role'\n`,
    );
  });
});
