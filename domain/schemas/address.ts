import ipaddr from 'ipaddr.js';
import { z } from 'zod';

const REFUSED: Readonly<Record<string, string>> = {
  unspecified: 'is no address of a machine',
  multicast: 'is a multicast address, not that of a machine',
  broadcast: 'is the broadcast address, not that of a machine',
};

/** An IPv4 or IPv6 literal in its one canonical spelling, so that two spellings of one machine are seen as one. */
export const address = z
  .union([z.ipv4(), z.ipv6()], { error: 'must be an IPv4 or IPv6 address' })
  .transform(canonicalAddress)
  .superRefine((text, { addIssue }) => {
    const problem = problemWith(text);
    if (problem !== undefined) addIssue({ code: 'custom', message: problem });
  });

/** `FD00:0::1` -> `fd00::1`, `::ffff:10.0.0.1` -> `10.0.0.1`; text that is no address stays as it is. */
export function canonicalAddress(text: string): string {
  if (!/^[0-9a-f.]*:[0-9a-f.:]+$/i.test(text)) return text;
  // URL is the web's, not Node's, and writes IPv6 as RFC 5952 wants it; ipaddr.js does not read all of its spellings.
  const canonical = URL.parse(`http://[${text}]/`)?.hostname.slice(1, -1);
  return canonical === undefined ? text : unmapped(canonical);
}

const unmapped = (text: string): string => {
  const parsed = ipaddr.process(text);
  return parsed.kind() === 'ipv4' ? parsed.toString() : text;
};

export const isLoopbackAddress = (text: string): boolean => ipaddr.isValid(text) && rangeOf(text) === 'loopback';

/** The IPv4 network, as in `10.0.0.0/24`, whose own or broadcast address this is; networks as `10.0.0.1/24`. */
export function networkNamedBy(text: string, networks: readonly string[]): string | undefined {
  const named = networks.filter((network) => !network.includes(':')).map(endsOfNetwork);
  return named.find(({ ends }) => ends.includes(text))?.network;
}

function endsOfNetwork(cidr: string): { readonly network: string; readonly ends: readonly string[] } {
  const [, length] = ipaddr.IPv4.parseCIDR(cidr);
  const first = ipaddr.IPv4.networkAddressFromCIDR(cidr).toString();
  const last = ipaddr.IPv4.broadcastAddressFromCIDR(cidr).toString();
  // Networks of one or two machines have no address to spare (RFC 3021).
  return { network: `${first}/${length}`, ends: length > 30 ? [] : [first, last] };
}

function problemWith(text: string): string | undefined {
  const range = rangeOf(text);
  if (range === 'linkLocal' && text.includes(':'))
    return 'is a link-local address, which means nothing without an interface';
  return REFUSED[range];
}

const rangeOf = (text: string): string => ipaddr.process(text).range();
