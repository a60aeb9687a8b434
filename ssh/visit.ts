import type { HostKeys } from './connect/host-key.ts';
import { type Connections, type ConnectionsOptions, createConnections } from './connections.ts';

/** Connections for one look at nodes of a configuration that is not posted: pins no host key, and is closed at its end. */
export interface Visit {
  readonly connections: Connections;
  /** The key shown by a node without a pinned key. */
  fingerprint(address: string): string | undefined;
}

export function createVisit(options: ConnectionsOptions): Visit {
  const shown = new Map<string, string>();
  const hostKeys: HostKeys = {
    hostKey: (address) => options.hostKeys.hostKey(address),
    pinHostKey: async (address, fingerprint) => {
      const first = shown.get(address) ?? fingerprint;
      shown.set(address, first);
      return first;
    },
    noteShownHostKey: async () => {},
  };
  return { connections: createConnections({ ...options, hostKeys }), fingerprint: (address) => shown.get(address) };
}
