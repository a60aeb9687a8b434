import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { reasonsOf } from '../../../activities/attempt/run-step.ts';
import { type Known, knownIn } from '../../../activities/checks/known.ts';
import { lookCommand, splitChecks } from '../../../activities/checks/probe.ts';
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
const instance = { id: 'database/0', component: 'database', address: '10.0.0.3', number: 0, index: 0 } as const;
const step = databaseRoles({ instance, settings: { ...NATS.settings, database } });

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

  const look = () => {
    rmSync(join(root, 'asked'), { force: true });
    return run(step.check.run, { root })
      .stdout.split('\n')
      .filter((line) => line !== '');
  };
  const asked = () => readFileSync(join(root, 'asked'), 'utf8').split('\n').slice(0, -1);
  const NETWORK = '-X -A -t -q -h 10.0.0.3 -p 5524 -U ccadmin -d';
  /** A server with the database ccdb; `role`: what becomes of a login of the role, `citext`: what it says of the type. */
  const server = (role: string, citext = 'citext=ccdb'): void =>
    fake(`echo "$* with $PGPASSWORD" >>${root}/asked
      case "$*" in *'-U ccadmin'*) [ "$PGPASSWORD" = "canary'of the role" ] || exit 2; ${role} ;; esac
      printf 'database=postgres\ndatabase=ccdb\n'
      case "$*" in *' -d ccdb '*) echo ${citext} ;; esac`);

  it('comes over the network with the role’s password, as clients do, and looks at all else by the same login', () => {
    server(':');
    expect(look()).toEqual(['role=ccadmin', 'database=postgres', 'database=ccdb', 'citext=ccdb', 'answers=yes']);
    expect(asked()).toEqual([expect.stringContaining(`${NETWORK} ccdb -c select `)]);
    expect(asked()[0]).toMatch(/ with canary'of the role$/);
  });

  it('tells a role that may not enter that database from one that cannot log in', () => {
    server('case "$*" in *" -d postgres "*) ;; *) exit 2 ;; esac');
    const facts = () => step.check.parse({ exitCode: 0, stdout: look().join('\n') });
    expect(facts()).toMatchObject({ answers: true, roles: ['ccadmin'], withCitext: ['ccdb'] });
    server('exit 2');
    expect(facts()).toMatchObject({ answers: true, roles: [], withCitext: ['ccdb'] });
    expect(asked()).toHaveLength(4);
  });

  it('finds a database without citext', () => {
    server(':', "''");
    expect(look()).toEqual(['role=ccadmin', 'database=postgres', 'database=ccdb', 'answers=yes']);
  });

  it('asks a server that does not answer as a role and as its administrator, and no more', () => {
    fake(`echo asked >>${root}/asked; exit 2`);
    expect([look(), asked()]).toEqual([[], ['asked', 'asked']]);
  });

  it('is asked for the roles again only when something has changed that decides it', () => {
    const [state, written, types] = ['state', 'written', 'types'].map((name) => join(root, name)) as [
      string,
      string,
      string,
    ];
    const says = (what: string): void => writeFileSync(state, what);
    const survey = (known: Known, of = step) => {
      rmSync(join(root, 'asked'), { force: true });
      const { stdout } = run(lookCommand([of.check], known), { root });
      const [result] = splitChecks('node', stdout, [of.check]);
      const all = asked();
      const logins = all.filter((line) => line.includes('-U ccadmin')).length;
      return { facts: of.check.parse(result), known: knownIn(stdout), logins, asked: all.length };
    };
    fake(`echo "$* with $PGPASSWORD" >>${root}/asked
      case "$*" in
        *'-U ccadmin'*) [ "$PGPASSWORD" = "canary'of the role" ] || exit 2; printf 'database=postgres\\ncitext=ccdb\\n' ;;
        *' -c '*) printf 'database=postgres\\n' ;;
        *' -d ccdb'*) cat >${root}/sql; cat ${types} ;;
        *) cat >/dev/null; [ -s ${state} ] && cat ${written} ${state} ;;
      esac`);
    says('as it is');
    writeFileSync(written, 'first\n');
    writeFileSync(types, 'ccdb|1');
    const first = survey({});
    expect([first.facts.roles, first.facts.withCitext, first.logins]).toEqual([['ccadmin'], ['ccdb'], 1]);
    const second = survey(first.known);
    expect([second.facts, second.logins, second.asked]).toEqual([first.facts, 0, 1]);

    writeFileSync(written, 'second\n');
    const third = survey(first.known);
    expect([third.facts, third.logins, third.asked]).toEqual([first.facts, 0, 2]);
    expect(readFileSync(join(root, 'sql'), 'utf8')).toMatch(/^select current_database\(\)/);
    writeFileSync(types, 'ccdb|0');
    expect(survey(third.known).asked).toBe(1);
    expect(survey(first.known).logins).toBe(1);
    writeFileSync(types, 'ccdb|1');
    writeFileSync(written, 'first\n');

    const password = new Secret('role_ccadmin', 'another');
    const settings = { ...NATS.settings, database: { ...database, roles: [{ name: 'ccadmin', password }] } };
    const changed = survey(first.known, databaseRoles({ instance, settings }));
    expect([changed.facts.roles, changed.logins]).toEqual([[], 2]);

    says('another');
    expect(survey(first.known).logins).toBe(1);
    says('');
    const unknown = survey(first.known);
    expect([unknown.facts.roles, unknown.known]).toEqual([['ccadmin'], { known_citext: '', known_database: '' }]);
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
