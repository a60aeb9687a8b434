import { eitherSignal } from '../../domain/own-machine/either-signal.ts';
import type { Connections } from '../../ssh/connections.ts';

/** The same connections for work that may be cancelled: once the signal is aborted nobody logs in and no password is sent any more. */
export const withSignal = <Given extends Pick<Connections, 'node'>>(
  connections: Given,
  signal: AbortSignal,
): Given => ({
  ...connections,
  node: (address, login, as, care) =>
    connections.node(address, login, as, { ...care, signal: eitherSignal(signal, care?.signal) }),
});
