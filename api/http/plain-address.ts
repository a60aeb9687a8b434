import { BlockList, isIP } from 'node:net';

/** Writes an IPv4 address as one, also when the listener uses IPv6. */
export const plainAddress = (address: string): string => address.trim().replace(/^::ffff:/i, '');

/** Whether an address is one of these, or in one of these networks (`10.244.0.0/16`). Anything else is in none. */
export function isAmong(address: string, networks: readonly string[]): boolean {
  if (isIP(address) === 0) return false;
  const listed = new BlockList();
  for (const network of networks) {
    const [base = '', bits] = network.split('/');
    listed.addSubnet(base, Number(bits ?? (isIP(base) === 4 ? 32 : 128)), familyOf(base));
  }
  return listed.check(address, familyOf(address));
}

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 4 ? 'ipv4' : 'ipv6');
