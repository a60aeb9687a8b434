import type { HostKeys } from '../../ssh/host-key.ts';

/** Host keys in memory, as the store keeps them. */
export function createKnownHosts(): HostKeys & { readonly pinned: Map<string, string> } {
  const pinned = new Map<string, string>();
  return {
    pinned,
    hostKey: async (address) => pinned.get(address),
    async pinHostKey(address, fingerprint) {
      const first = pinned.get(address) ?? fingerprint;
      pinned.set(address, first);
      return first;
    },
  };
}
