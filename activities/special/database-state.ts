import { type Command, joined, raw, sh } from '../../domain/command.ts';
import type { DatabaseSettings } from '../../domain/manifest/special-settings.ts';
import type { Together } from '../../domain/step.ts';
import { askOnce } from '../checks/known.ts';

interface Named {
  readonly name: string;
}

interface Roles {
  readonly roles: DatabaseSettings['roles'];
  /** Databases where the type citext is wanted. */
  readonly citext: readonly Named[];
  /** The administrator's program in a database. */
  readonly admin: (database: string) => Command;
  /** Logs in as each of the roles. */
  readonly ask: Command;
}

/** Has `ask` answer only when something has changed that decides who may log in. */
export function rolesTriedOnce({ roles, citext, admin, ask }: Roles): readonly Together[] {
  const seeDatabase = sh`
    ${admin('postgres')} <<'SQL'
    ${raw(stateQuery(roles, citext))}
    SQL`;
  // The first line of what is seen is of what was written, the others are the state.
  const lookForTypes = sh`
    newline=${'\n'}
    seen=$(
      ${seeDatabase}
    ) 2>/dev/null
    ${askOnce('citext', {
      sign: sh`echo "\${seen%%$newline*}"`,
      ask: sh`
        ${admin(citext[0]?.name ?? 'postgres')} <<'SQL'
        ${raw(citextQuery(citext))}
        SQL`,
    })}`;
  const passwords = joined(
    roles.map(({ password }) => sh`${password}`),
    ' ',
  );
  const tryRoles = askOnce('database', {
    sign: sh`[ -z "$seen" ] || printf '%s\n' "\${seen#*$newline}" "$told_citext" ${passwords} | sha256sum`,
    ask,
    mayChange: sh`
      later=$(
        ${seeDatabase}
      )
      [ "\${later#*$newline}" != "\${seen#*$newline}" ]`,
  });
  return [
    { read: () => lookForTypes, names: [], keeps: 'known_citext' },
    { read: () => tryRoles, names: [], keeps: 'known_database' },
  ];
}

/**
 * What decides who may log in: the server's start and its settings, the roles' rows with their passwords, the databases' rights.
 * The administrator's one program asks for all of it, while a login of each role by its password costs the node twice as much.
 * The first line is another as soon as anything was written to a database where citext is wanted, and each time where the server
 * does not count that: only then these are asked for the type, by a connection each.
 */
const stateQuery = (roles: readonly Named[], citext: readonly Named[]): string =>
  [
    "select pg_postmaster_start_time(), case when current_setting('track_counts') = 'on' then " +
      "string_agg(datid || ':' || tup_inserted + tup_updated + tup_deleted, ' ' order by datid) " +
      `else clock_timestamp()::text end from pg_stat_database where datname in (${literals(citext)});`,
    'select pg_postmaster_start_time(), pg_conf_load_time();',
    'select md5(row::text), rolvaliduntil > now() from pg_authid as row ' +
      `where rolname in (${literals(roles)}) order by rolname;`,
    'select datname, datacl, datallowconn, datconnlimit from pg_database order by datname;',
  ].join('\n');

/** In each database whether it knows the type. */
const citextQuery = (citext: readonly Named[]): string =>
  citext
    .flatMap(({ name }) => [
      `\\connect ${identifier(name)}`,
      "select current_database(), count(*) from pg_type where typname = 'citext';",
    ])
    .slice(1)
    .join('\n');

export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
/** For `in (...)`. */
export const literals = (list: readonly Named[]): string => list.map(({ name }) => literal(name)).join(', ') || 'null';
