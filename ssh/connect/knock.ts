import { connect } from 'node:net';

/** Whether an SSH server sends anything within the time: then the machine is up, however slow. */
export const knock = (address: string, port: number, withinMs: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: address, port });
    const answer = (isThere: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(isThere);
    };
    // This process may have been too busy to read an answer that has arrived.
    const timer = setTimeout(() => setImmediate(() => answer(false)), withinMs);
    socket.once('data', () => answer(true));
    socket.once('error', () => answer(false));
    socket.once('close', () => answer(false));
  });
