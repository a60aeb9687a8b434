/** Where PostgreSQL is, read from a URL as its own programs take it. */
export interface DatabaseAddress {
  /** A name, an address, or the folder of a socket (with a `/` in front). */
  readonly host: string;
  readonly port: number;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly database: string;
  readonly tls: DatabaseTls | undefined;
}

/** libpq's meaning: `require` encrypts and trusts any certificate, unless `sslrootcert` says whom to trust. */
export interface DatabaseTls {
  readonly mode: 'require' | 'verify-ca' | 'verify-full';
  /** Files. */
  readonly rootCertificate: string | undefined;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
}

const EXAMPLE = 'postgres://engine:PASSWORD@db.example:5432/engine?sslmode=verify-full';
const NO_HOST = 'no-host.invalid';
const STANDARD_PORT = 5432;
const PARAMETERS = ['host', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey'];
const MODES = ['disable', 'require', 'verify-ca', 'verify-full'];

/** Says what is wrong without quoting the URL, which holds a password; undefined when nothing is. */
export function databaseUrlFault(text: string): string | undefined {
  const url = urlOf(text);
  if (url === undefined)
    return `is not a URL such as ${EXAMPLE}; in a user name or password write %23 for #, %2F for /, %3A for :, %40 for @`;
  if (!/^postgres(ql)?:$/.test(url.protocol)) return `begins with ${url.protocol}//, not with postgres://`;
  const unknown = [...url.searchParams.keys()].find((name) => !PARAMETERS.includes(name));
  if (unknown !== undefined) return `has a parameter "${unknown}"; known are ${PARAMETERS.join(', ')}`;
  if (hostOf(url) === '') return `names no host, as ${EXAMPLE} does; a socket's folder is given as ?host=/FOLDER`;
  if (url.port === '0') return 'has port 0; PostgreSQL listens on another, mostly 5432';
  if (nameOf(url) === '') return `names no database after the host, as ${EXAMPLE} does`;
  const mode = url.searchParams.get('sslmode') ?? 'disable';
  if (!MODES.includes(mode)) return `has sslmode=${mode}; known are ${MODES.join(', ')}`;
  // Any name with a certificate of any public authority would do; libpq refuses it, too.
  if (mode === 'verify-ca' && !url.searchParams.get('sslrootcert'))
    return (
      'has sslmode=verify-ca without sslrootcert, the file (PEM) with the authority of the server; ' +
      'add sslrootcert=FILE, or take verify-full, which checks the name as well'
    );
  return undefined;
}

/** Reads a URL without a fault. */
export function databaseAddress(text: string): DatabaseAddress {
  const url = parsed(text);
  return {
    host: hostOf(url),
    port: url.port === '' ? STANDARD_PORT : Number(url.port),
    user: decodeURIComponent(url.username) || undefined,
    password: decodeURIComponent(url.password) || undefined,
    database: nameOf(url),
    tls: tlsOf(url.searchParams),
  };
}

function urlOf(text: string): URL | undefined {
  try {
    const url = parsed(text);
    for (const part of [url.username, url.password, url.hostname, url.pathname]) decodeURIComponent(part);
    return url;
  } catch {
    return undefined;
  }
}

// `postgres://account@/database?host=/FOLDER`, as libpq takes it, is no URL for others.
const parsed = (text: string): URL => new URL(text.replace(/^(postgres(?:ql)?:\/\/[^/?#]*@)(?=[/?#])/, `$1${NO_HOST}`));

const hostOf = ({ hostname, searchParams }: URL): string =>
  searchParams.get('host') ?? (hostname === NO_HOST ? '' : decodeURIComponent(hostname).replace(/^\[(.*)\]$/, '$1'));

const nameOf = ({ pathname }: URL): string => decodeURIComponent(pathname.slice(1));

function tlsOf(parameters: URLSearchParams): DatabaseTls | undefined {
  const mode = parameters.get('sslmode') ?? 'disable';
  if (mode === 'disable') return undefined;
  return {
    mode: mode as DatabaseTls['mode'],
    rootCertificate: parameters.get('sslrootcert') ?? undefined,
    certificate: parameters.get('sslcert') ?? undefined,
    key: parameters.get('sslkey') ?? undefined,
  };
}
