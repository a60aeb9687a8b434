import { describe, expect, it } from 'vitest';
import { databaseAddress, databaseUrlFault } from '../../../domain/schemas/database-url.ts';
import { parseSettings } from '../../../domain/schemas/settings.ts';

const URL_OF_ALL =
  'postgresql://ops%40home:can%2Fary@[2001:db8::1]:6432/engine%20one?sslmode=verify-ca&sslrootcert=/etc/ca.pem';

describe('the URL of a database', () => {
  it.each([
    [
      'postgres://ops:canary@db/engine',
      { host: 'db', port: 5432, user: 'ops', password: 'canary', database: 'engine' },
    ],
    ['postgres://db:6000/engine', { host: 'db', port: 6000, user: undefined, password: undefined }],
    ['postgres://ops@/engine?host=/run/postgresql', { host: '/run/postgresql', user: 'ops', database: 'engine' }],
    ['postgres://ops@%2Frun%2Fpostgresql/engine', { host: '/run/postgresql' }],
    [URL_OF_ALL, { host: '2001:db8::1', port: 6432, user: 'ops@home', password: 'can/ary', database: 'engine one' }],
  ])('%s is understood', (text, address) => {
    expect(databaseUrlFault(text)).toBeUndefined();
    expect(databaseAddress(text)).toMatchObject(address);
  });

  it('asks for TLS as PostgreSQL`s own programs do', () => {
    expect(databaseAddress(URL_OF_ALL).tls).toMatchObject({ mode: 'verify-ca', rootCertificate: '/etc/ca.pem' });
    expect(databaseAddress('postgres://db/engine').tls).toBeUndefined();
    expect(databaseAddress('postgres://db/engine?sslmode=disable').tls).toBeUndefined();
  });

  it.each([
    ['engine', 'is not a URL'],
    ['postgres://ops:canary#1@db/engine', 'is not a URL'],
    ['postgres://ops:canary@db:70000/engine', 'is not a URL'],
    ['postgres://ops:canary@db:none/engine', 'is not a URL'],
    ['postgres://ops:canary%zz@db/engine', 'is not a URL'],
    ['mysql://ops:canary@db/engine', 'begins with mysql://'],
    ['postgres://ops:canary@/engine', 'names no host'],
    ['postgres:///engine', 'names no host'],
    ['postgres://ops:canary@db:0/engine', 'has port 0'],
    ['postgres://ops:canary@db', 'names no database'],
    ['postgres://ops:canary@db/engine?sslmode=prefer', 'has sslmode=prefer; known are disable, require'],
    ['postgres://ops:canary@db/engine?sslmode=verify-ca', 'has sslmode=verify-ca without sslrootcert'],
    ['postgres://ops:canary@db/engine?sslmode=verify-ca&sslrootcert=', 'without sslrootcert'],
    ['postgres://ops:canary@db/engine?ssl=true', 'has a parameter "ssl"'],
  ])('%s is refused in clear words, and not quoted', (text, words) => {
    expect(databaseUrlFault(text)).toContain(words);
    const message = refusalOf({ DATABASE_URL: text });
    expect(message).toMatch(/^DATABASE_URL: /);
    expect(message).not.toContain('canary');
  });

  it('is given once', () => {
    const both = { DATABASE_URL: 'postgres://db/engine', DATABASE_URL_FILE: '/etc/url' };
    expect(refusalOf(both)).toBe('DATABASE_URL_FILE: DATABASE_URL is set too; keep one of them');
  });
});

function refusalOf(env: Record<string, string>): string {
  try {
    parseSettings(env);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}
