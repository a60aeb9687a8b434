import fc from 'fast-check';
import { ROUTES } from '../../api/routes/route-table.ts';
import { covers, type Scope, SCOPES } from '../../domain/access/scopes.ts';

/** What a caller shows an engine that asks for tokens. */
export interface Credential {
  /** Undefined = nothing. */
  readonly header: string | undefined;
  /** What it lets its holder do; undefined = nothing. */
  readonly scope: Scope | undefined;
}

export interface Tokens extends Readonly<Record<Scope, string>> {
  readonly expired: string;
}

/** Few, because an address that shows many different wrong tokens is refused for a minute, its right ones too. */
const GARBAGE = ['Bearer ', 'Bearer de_', 'Bearer \xff\xfe', 'bearer null', `Basic ${btoa('admin:admin')}`, 'Token x'];

/** Tokens in force, an expired one, damaged ones, and none. */
export function credentials(tokens: Tokens): fc.Arbitrary<Credential> {
  const held = (scope: Scope): Credential => ({ header: `Bearer ${tokens[scope]}`, scope });
  const damaged = [tokens.admin.slice(0, -1), `${tokens.admin}x`].map((text) => `Bearer ${text}`);
  const wrong = [`Bearer ${tokens.expired}`, ...damaged, ...GARBAGE];
  return fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...SCOPES.map(held)) },
    { weight: 2, arbitrary: fc.constantFrom(...wrong).map((header) => ({ header, scope: undefined })) },
    { weight: 1, arbitrary: fc.constant({ header: undefined, scope: undefined }) },
  );
}

/** Whether a request with this credential may succeed, by the table of routes; a path that it does not have is nobody's. */
export function mayPass({ scope }: Credential, method: string, path: string): boolean {
  const rows = ROUTES.filter((row) => patternOf(row.path).test(decoded(path)));
  const own = rows.filter((row) => row.method === method || row.method === '*');
  const asked = own.length > 0 ? own : rows;
  return asked.some(({ scope: needs }) => needs === 'anyone' || (scope !== undefined && covers(scope, needs)));
}

const patternOf = (path: string | RegExp): RegExp =>
  path instanceof RegExp
    ? path
    : new RegExp(`^${path.replaceAll('.', '\\.').replace('{/*rest}', '(/.*)?').replaceAll(/:\w+/g, '[^/]+')}$`, 'i');

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
