import { connect } from 'node:net';
import type { HostAndPort } from '../../domain/schemas/settings.ts';

/** Whether anything listens there. */
export const answersTcp = ({ host, port }: HostAndPort): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
