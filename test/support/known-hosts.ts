import type { HostKeys } from '../../ssh/connect/host-key.ts';

/** Host keys in memory, as the store keeps them. */
export function createKnownHosts(): HostKeys & Record<'pinned' | 'shown', Map<string, string>> {
  const pinned = new Map<string, string>();
  const shown = new Map<string, string>();
  return {
    pinned,
    shown,
    noteShownHostKey: async (address, fingerprint) => void shown.set(address, fingerprint),
    hostKey: async (address) => pinned.get(address),
    async pinHostKey(address, fingerprint) {
      const first = pinned.get(address) ?? fingerprint;
      pinned.set(address, first);
      return first;
    },
  };
}
