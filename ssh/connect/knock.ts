import { connect } from 'node:net';

/** Whether an SSH server says anything there within the time: then somebody is at home, however slow. */
export const knock = (address: string, port: number, withinMs: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: address, port });
    const answer = (isThere: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(isThere);
    };
    // Where this process was busy the answer may have come, and not been looked at yet.
    const timer = setTimeout(() => setImmediate(() => answer(false)), withinMs);
    socket.once('data', () => answer(true));
    socket.once('error', () => answer(false));
    socket.once('close', () => answer(false));
  });
