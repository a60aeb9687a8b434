import type { IncomingMessage } from 'node:http';
import { isLoopback } from '../../domain/schemas/callers.ts';
import type { Settings } from '../../domain/schemas/settings.ts';
import { isAmong, plainAddress } from '../http/plain-address.ts';

const LONGEST = 60;

/** The address a request comes from. Headers of a proxy count only if the settings name that proxy. */
export function clientAddress(
  { socket, headers }: Pick<IncomingMessage, 'socket' | 'headers'>,
  { tls, proxies }: Pick<Settings, 'tls' | 'proxies'>,
): string {
  const isProxy = (address: string): boolean => isLoopback(address) || isAmong(address, proxies);
  const peer = plainAddress(socket.remoteAddress ?? 'unknown');
  if (tls !== 'behind-proxy' || !isProxy(peer)) return peer;
  const hops = String(headers['x-forwarded-for'] ?? '')
    .split(',')
    .map(plainAddress);
  // Each proxy appends its client's address; anybody may have written what is before that.
  const client = hops.findLast((hop) => hop !== '' && !isProxy(hop));
  return client?.slice(0, LONGEST) ?? peer;
}
