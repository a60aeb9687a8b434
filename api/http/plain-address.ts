/** Writes an IPv4 address as one, also when the listener uses IPv6. */
export const plainAddress = (address: string): string => address.trim().replace(/^::ffff:/i, '');
