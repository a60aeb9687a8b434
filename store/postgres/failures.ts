import pg from 'pg';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { phrase } from '../../domain/text/text.ts';

/** https://www.postgresql.org/docs/15/errcodes-appendix.html; a class stands for all its codes. */
const LOST = ['08', '57P01', '57P02', '57P03', '25P03'];
const DAMAGED = ['XX001', 'XX002'];
const ONLY_READS = '25006';

/**
 * Whether the connection was lost or never came about: the server did not answer, or said that it is starting or stopping.
 * Everything else that a server says, it says as a `DatabaseError`.
 */
export function isLost(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return LOST.some((code) => error.code?.startsWith(code));
  return (
    error instanceof Error &&
    !(error instanceof DeploymentEngineError) &&
    !(error instanceof TypeError) &&
    !lacksPassword(error)
  );
}

/** The client's own words for a server that asks for a password where the URL has none. */
const lacksPassword = (error: unknown): boolean => error instanceof Error && error.message.startsWith('SASL: ');

/** Whether this session may not write. A session learns only at its start what `default_transaction_read_only` is. */
export const onlyReads = (error: unknown): boolean => error instanceof pg.DatabaseError && error.code === ONLY_READS;

/** Translates errors that an operator can act on; returns all others unchanged. `place`: for messages, without a password. */
export function postgresFailure(error: unknown, place: string): unknown {
  if (error instanceof pg.DatabaseError && DAMAGED.includes(error.code ?? ''))
    return new DeploymentEngineError(
      'EngineDamaged',
      phrase('{place} is damaged: {why}; restore a backup.', { place, why: error.message }),
      { cause: error },
    );
  const message = isLost(error) ? unreachable(error as Error, place) : refusal(error, place);
  return message === undefined ? error : new DeploymentEngineError('StoreUnwritable', message, { cause: error });
}

function unreachable(error: Error & { code?: string }, place: string): string {
  const cause = error.message === '' ? (error.code ?? error.name) : error.message;
  return `${place} does not answer: ${cause}; the engine tries again, and nothing was half written.`;
}

function refusal(error: unknown, place: string): string | undefined {
  if (lacksPassword(error)) return `${place} asks for a password, and DATABASE_URL has none that it takes.`;
  if (!(error instanceof pg.DatabaseError)) return undefined;
  const { code = '', message } = error;
  switch (code) {
    case '53100':
      return `The disk of ${place} is full; free some space. Nothing was half written.`;
    case ONLY_READS:
      return `${place} only reads: it is a standby, or default_transaction_read_only is on; name the one that writes.`;
    case '28P01':
    case '28000':
      return `${place} lets the engine not in: ${message}; check user and password, and the server's pg_hba.conf.`;
    case '3D000':
      return `${place} does not exist: ${message}; create it with createdb, or name another.`;
    case '42501':
      return `${place} refuses the engine's account: ${message}; grant it what it lacks.`;
    case '57014':
      return `${place} took too long: ${message}; see DEPLOYMENT_ENGINE_DATABASE_TIMEOUT.`;
    default:
      // Lack of memory, connections and the like; faults of the disk; two transactions that waited for each other.
      return /^(53|58|40)/.test(code) || code === '55P03' ? `${place} could not do it now: ${message}.` : undefined;
  }
}
