import { Client } from 'ssh2';
import { unreachable } from './connect/connect.ts';
import { fingerprint } from './connect/host-key.ts';

/** The fingerprint of the host key that a machine shows now; does not log in. Throws `NodeUnreachable`. */
export function shownHostKey(address: string, port: number, withinMs: number): Promise<string> {
  const client = new Client();
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const giveUp = (cause?: unknown): void => reject(unreachable(address, cause));
  const timer = setTimeout(giveUp, withinMs);
  client.on('error', giveUp);
  client.on('close', () => giveUp());
  client.connect({
    host: address,
    port,
    username: 'nobody',
    readyTimeout: 0,
    hostVerifier: (key: Buffer) => {
      resolve(fingerprint(key));
      return false;
    },
  });
  return promise.finally(() => {
    clearTimeout(timer);
    client.destroy();
  });
}
