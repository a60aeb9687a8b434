import type { HostKeys } from './connect/host-key.ts';
import { type Connections, type ConnectionsOptions, createConnections } from './connections.ts';

/** Ways to nodes for one look at a configuration that was not posted: it pins no host key, and is closed at its end. */
export interface Visit {
  readonly connections: Connections;
  /** What a node has shown that had nothing pinned. */
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
