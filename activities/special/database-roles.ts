import type { WantedInstance } from '../../cluster/node-context.ts';
import { type Command, joined, raw, sh } from '../../domain/command.ts';
import type { DatabaseSettings } from '../../domain/manifest/special-settings.ts';
import { Secret } from '../../domain/secret.ts';
import { type Change, change, type Step } from '../../domain/step.ts';
import { phrase } from '../../domain/text/text.ts';
import { readAnswers } from '../checks/answers.ts';
import { tell } from '../checks/known.ts';
import { identifier, literal, literals, rolesTriedOnce } from './database-state.ts';

const PSQL = '/var/vcap/packages/postgres/bin/psql';
/** A first start makes the files of the whole server, after monit has seen its process. */
const WAIT_SECONDS = 120;
const GRACE_SECONDS = 15;

interface RoleFacts {
  readonly answers: boolean;
  /** Names of the roles that can log in with their password. */
  readonly roles: readonly string[];
  readonly databases: readonly string[];
  /** Databases that know the type citext. */
  readonly withCitext: readonly string[];
}

/** Postgres' script makes roles and databases at each start and ignores failures, so we log in as clients do. */
export const databaseRoles = ({
  instance,
  settings,
}: Pick<WantedInstance, 'instance' | 'settings'>): Step<RoleFacts> => {
  const wanted = settings.database ?? { port: 0, roles: [], databases: [] };
  const { port, roles, databases } = wanted;
  const citext = databases.filter((each) => each.citext);
  const tryRole = roleTrial(instance.address, port);
  const admin = (database: string): Command => sh`${PSQL} -X -A -t -q -U vcap -p ${port} -d ${database}`;
  const logIn = sh`
    looked=
    ask_admin() { [ -n "$looked" ] || { ${admin('postgres')} -c ${LOOK} && looked=' postgres '; }; }
    ${joined(roles.map((role, index) => tryRole(role, citext[index]?.name)))}
    ask_admin || exit 0
    echo answers=yes
    ${joined(citext.map(({ name }) => lookForCitext(name, admin(name))))}
    true`;
  return {
    title: 'database roles',

    check: {
      run: tell('database', logIn),
      together: rolesTriedOnce({ admin, roles, citext, ask: logIn }),
      parse: ({ stdout }) => {
        const answers = readAnswers(stdout);
        return {
          answers: answers.has('answers'),
          roles: answers.all('role'),
          databases: answers.all('database'),
          withCitext: answers.all('citext'),
        };
      },
    },

    changes: (facts) => {
      if (!facts.answers) return [awaitServer(admin('postgres'), wanted)];
      return [
        ...roles.filter(({ name }) => !facts.roles.includes(name)).map((role) => makeRole(admin('postgres'), role)),
        ...databases
          .filter(({ name }) => !facts.databases.includes(name))
          .map(({ name }) => makeDatabase(admin('postgres'), name)),
        ...citext
          .filter(({ name }) => !facts.withCitext.includes(name))
          .map(({ name }) => addCitext(admin(name), name)),
      ];
    },
  };
};

type Role = DatabaseSettings['roles'][number];

/** Answers as the check does, of all databases, and of the type in the one that is asked. */
const LOOK =
  "select 'database=' || datname from pg_database union all " +
  "select 'citext=' || current_database() from pg_type where typname = 'citext'";

/**
 * Over the network, as clients do: from this machine alone the server asks for no password. Each login costs the server a
 * process, so that of a role looks at a database too, where there is one it may enter; the administrator is asked for what no
 * role has told.
 */
const roleTrial =
  (address: string, port: number) =>
  ({ name, password }: Role, database: string | undefined): Command => {
    const login = (to: string): Command => sh`
      said=$(PGCONNECT_TIMEOUT=5 PGPASSWORD=${password} ${PSQL} -X -A -t -q -h ${address} -p ${port} -U ${name} -d ${to} -c ${LOOK}) &&
        echo ${`role=${name}`} && echo "$said" && looked="$looked "${to}" "`;
    if (database === undefined) return login('postgres');
    return sh`
      { ${login(database)}; } || {
        ask_admin || exit 0
        ${login('postgres')}
      }`;
  };

const lookForCitext = (name: string, admin: Command): Command => sh`
  case $looked in
    *${` ${name} `}*) ;;
    *) ${admin} -c ${LOOK} ;;
  esac`;

/** The job makes roles and databases moments after its server answers, so they get a moment too. */
const awaitServer = (admin: Command, { port, roles, databases }: DatabaseSettings): Change => {
  const wanted = [...roles, ...databases].length;
  const count =
    `select (select count(*) from pg_roles where rolname in (${literals(roles)})) + ` +
    `(select count(*) from pg_database where datname in (${literals(databases)}))`;
  return change(
    `it does not answer on port ${port}`,
    sh`
      tries=0
      until ${admin} -c 'select 1' >/dev/null 2>&1; do
        tries=$((tries + 1))
        [ $tries -lt ${WAIT_SECONDS} ] || { echo "no answer in ${raw(String(WAIT_SECONDS))} seconds"; exit 3; }
        sleep 1
      done
      tries=0
      until [ "$(${admin} -c ${count})" = ${wanted} ] || [ $tries -ge ${GRACE_SECONDS} ]; do
        tries=$((tries + 1))
        sleep 1
      done`,
    { long: true, failures: { 3: 'JobNotRunning' } },
  );
};

// The job may make the same thing at the same moment; what counts is the look afterwards.
const makeRole = (admin: Command, { name, password }: Role): Change => {
  const sql = `alter role ${identifier(name)} with login password ${literal(password.reveal())}`;
  return change(
    phrase('role {name} cannot log in', { name }),
    sh`
      ${admin} -c ${`create role ${identifier(name)}`} 2>/dev/null || true
      printf '%s\n' ${new Secret(`sql_of_${password.name}`, sql)} | ${admin} -v ON_ERROR_STOP=1`,
  );
};

const makeDatabase = (admin: Command, name: string): Change =>
  change(
    phrase('database {name} is missing', { name }),
    sh`${admin} -c ${`create database ${identifier(name)}`} || true`,
  );

/** Before version 9.1 an extension was a script. */
const addCitext = (admin: Command, name: string): Change =>
  change(
    phrase('database {name} lacks citext', { name }),
    sh`
      script=/var/vcap/packages/postgres/share/postgresql/contrib/citext.sql
      if [ -f "$script" ]; then ${admin} -f "$script"; else ${admin} -c 'create extension if not exists citext'; fi`,
  );
