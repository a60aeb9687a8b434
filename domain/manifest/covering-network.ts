/** Widest and narrowest prefix by family: one network segment is the least we assume a cluster to share. */
const SEGMENT = { 4: 24, 6: 64 } as const;
const BITS = { 4: 32, 6: 128 } as const;

type Family = 4 | 6;

interface Address {
  readonly family: Family;
  readonly bits: bigint;
}

/**
 * The smallest network (CIDR) that holds all addresses, but no smaller than /24 or, for IPv6, /64. The first address
 * decides the family; those of the other one are left out. Undefined without an address.
 */
export function coveringNetwork(addresses: readonly string[]): string | undefined {
  const all = addresses.map(parseAddress);
  const first = all[0];
  if (first === undefined) return undefined;

  const { family } = first;
  let prefix: number = SEGMENT[family];
  const startOf = (bits: bigint): bigint => bits >> BigInt(BITS[family] - prefix);
  for (const { bits } of all.filter((address) => address.family === family))
    while (startOf(bits) !== startOf(first.bits)) prefix -= 1;
  return `${formatAddress(family, startOf(first.bits) << BigInt(BITS[family] - prefix))}/${prefix}`;
}

function parseAddress(address: string): Address {
  return address.includes(':')
    ? { family: 6, bits: join(groupsOf(address), 16n) }
    : { family: 4, bits: join(address.split('.').map(BigInt), 8n) };
}

/** The eight groups of an IPv6 address, `::` filled up, dotted tail included. */
function groupsOf(address: string): bigint[] {
  const hexadecimal = address.replace(/(?<![0-9.])[0-9.]+$/, (tail) =>
    tail.includes('.') ? dottedToGroups(tail) : tail,
  );
  const [head = '', tail] = hexadecimal.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const filling = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...filling, ...right].map((group) => BigInt(`0x${group}`));
}

function dottedToGroups(tail: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = tail.split('.').map(Number);
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}

const join = (parts: readonly bigint[], width: bigint): bigint =>
  parts.reduce((bits, part) => (bits << width) | part, 0n);

function formatAddress(family: Family, bits: bigint): string {
  const [count, width] = family === 4 ? [4, 8] : [8, 16];
  const parts = Array.from(
    { length: count },
    (_, index) => (bits >> BigInt((count - 1 - index) * width)) & ((1n << BigInt(width)) - 1n),
  );
  return family === 4
    ? parts.join('.')
    : parts
        .map((part) => part.toString(16))
        .join(':')
        .replace(/(:0)+$/, '::');
}
