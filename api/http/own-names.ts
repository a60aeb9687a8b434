import { isLoopback } from '../../domain/schemas/callers.ts';

/** The host of a `Host` header or origin, without port and brackets; undefined when it is none. */
export function hostOf(authority: string | undefined): string | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]/@]+))(?::\d{1,5})?$/.exec(authority ?? '');
  return (match?.[1] ?? match?.[2])?.toLowerCase();
}

/** Whether a host is a name of the engine; any other may have been pointed here by somebody else (DNS rebinding). */
export const isOwnName = (host: string, names: readonly string[]): boolean =>
  isLoopback(host) || host.endsWith('.localhost') || names.some((name) => name.toLowerCase() === host);
