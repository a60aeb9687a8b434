import { below, type PropertyTable, type PropertyValue } from './property-table.ts';

const PORT = 5524;

interface Database {
  readonly tag: string;
  readonly name: string;
  readonly role: string;
  readonly password: string;
}

const CLOUD_CONTROLLER: Database = { tag: 'cc', name: 'ccdb', role: 'ccadmin', password: 'ccdb_password' };
const UAA: Database = { tag: 'uaa', name: 'uaadb', role: 'uaaadmin', password: 'uaadb_password' };

/** `scheme` is `postgresql` for uaa, where it becomes a JDBC scheme and a Spring profile, else `postgres`. */
const database = (scheme: string, ...databases: readonly Database[]): PropertyTable => ({
  db_scheme: scheme,
  address: (cluster) => cluster.reachable('database')[0],
  port: PORT,
  roles: (cluster): PropertyValue =>
    databases.map(({ role, password }) => ({ tag: 'admin', name: role, password: cluster.secret(password) })),
  databases: databases.map(({ tag, name }) => ({ tag, name, citext: true })),
});

/** The cloud controller's database, to stand below the name that a version looks under. */
export const CLOUD_CONTROLLER_DATABASE = database('postgres', CLOUD_CONTROLLER);

/** One postgres with both databases, as its clients and as the server see it. */
export const DATABASES: PropertyTable = {
  ...below('ccdb', CLOUD_CONTROLLER_DATABASE),
  ...below('uaadb', database('postgresql', UAA)),
  ...below('databases', database('postgres', CLOUD_CONTROLLER, UAA)),
};
