import type { IncomingMessage } from 'node:http';
import { isLoopback } from '../../domain/schemas/callers.ts';
import type { Settings } from '../../domain/schemas/settings.ts';

const LONGEST = 60;

/** The address a request comes from; what a proxy says of it is believed where one was announced, and of nobody else. */
export function clientAddress(
  { socket, headers }: Pick<IncomingMessage, 'socket' | 'headers'>,
  { tls, proxies }: Pick<Settings, 'tls' | 'proxies'>,
): string {
  const isProxy = (address: string): boolean => isLoopback(address) || proxies.includes(address);
  const peer = plain(socket.remoteAddress ?? 'unknown');
  if (tls !== 'behind-proxy' || !isProxy(peer)) return peer;
  const hops = String(headers['x-forwarded-for'] ?? '')
    .split(',')
    .map(plain);
  // Each proxy adds whom it serves at the end; what stands before that, anybody may have written.
  const client = hops.findLast((hop) => hop !== '' && !isProxy(hop));
  return client?.slice(0, LONGEST) ?? peer;
}

/** An IPv4 address as such, also where the listener is an IPv6 one. */
const plain = (address: string): string => address.trim().replace(/^::ffff:/i, '');
