import { climb } from './climb.ts';
import type { ConnectOptions } from './connect.ts';
import type { Connection } from './connection.ts';
import type { Login, LoginAs } from './login.ts';

/** The one connection to a node, made when it is needed. */
export interface Door {
  enter(login: Login, as: LoginAs): Promise<Connection>;
  close(): Promise<void>;
}

interface Attempt {
  readonly as: LoginAs;
  readonly connection: Promise<Connection>;
}

export function createDoor(address: string, options: ConnectOptions): Door {
  let current: Connection | undefined;
  let attempt: Attempt | undefined;

  const replace = async (login: Login, as: LoginAs): Promise<Connection> => {
    const next = await climb(address, login, as, options);
    current?.retire();
    current = next;
    return next;
  };

  const enter = async (login: Login, as: LoginAs): Promise<Connection> => {
    if (current?.isOpen() === true && fits(current, login, as)) return current;
    if (attempt !== undefined) {
      if (as === 'anyone' || attempt.as === 'user') return attempt.connection;
      await attempt.connection.catch(() => {});
      return enter(login, as);
    }
    const mine = { as, connection: replace(login, as) };
    attempt = mine;
    try {
      return await mine.connection;
    } finally {
      attempt = undefined;
    }
  };

  return {
    enter,
    async close() {
      await attempt?.connection.catch(() => {});
      current?.end();
    },
  };
}

/** Who got in as root, for want of a user, is not good enough when the user is asked for. */
const fits = ({ account }: Connection, { user }: Login, as: LoginAs): boolean =>
  account.name === user || (as === 'anyone' && account.name === 'root');
