import { z } from 'zod';

/** An IPv4 or IPv6 literal in its one canonical spelling, so that two spellings of one machine are seen as one. */
export const address = z
  .union([z.ipv4(), z.ipv6()], { error: 'must be an IPv4 or IPv6 address' })
  .transform(canonicalAddress)
  .refine((text) => text !== '0.0.0.0' && text !== '::', 'is no address of a machine');

/** `FD00:0::1` -> `fd00::1`; text that is no address stays as it is. */
export function canonicalAddress(text: string): string {
  if (!text.includes(':')) return text;
  // URL is the web's, not Node's, and writes IPv6 as RFC 5952 wants it.
  const url = URL.parse(`http://[${text}]/`);
  return url === null ? text : url.hostname.slice(1, -1);
}
