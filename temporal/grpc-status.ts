import { ServiceError } from '@temporalio/client';

// Codes of gRPC.
export const DEADLINE_EXCEEDED = 4;
export const NOT_FOUND = 5;
export const ALREADY_EXISTS = 6;
export const PERMISSION_DENIED = 7;
export const UNAUTHENTICATED = 16;

/** The code with which a call failed; undefined for any other error. Temporal's client wraps some. */
export function grpcStatus(error: unknown): number | undefined {
  const said = cause(error);
  return said instanceof Error && 'code' in said && typeof said.code === 'number' ? said.code : undefined;
}

/** The server's own words, without the code. */
export function saidBy(error: unknown): string {
  const said = cause(error);
  if (said instanceof Error && 'details' in said && typeof said.details === 'string' && said.details !== '')
    return said.details;
  return said instanceof Error ? said.message : String(said);
}

const cause = (error: unknown): unknown => (error instanceof ServiceError ? error.cause : error);
