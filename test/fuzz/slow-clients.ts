import { connect, type Socket } from 'node:net';

/** Clients of addresses of this machine that keep their connections and say little, or nothing. */
export interface SlowClients {
  /** Connections that are open still. */
  open(): number;
  end(): void;
}

interface Kind {
  readonly count: number;
  /** Of loopback; one address may have a thousand connections. */
  readonly from: string;
  readonly first: string;
  /** Said again and again. */
  readonly more?: string;
}

const SAID_EVERY_MS = 500;

const POST = 'POST /deployment-engine/config HTTP/1.1\r\nHost: 127.0.0.1\r\n';

/** Two thousand that say nothing; half a request that never ends, in its head and in its body; headers without end. */
const ALL_KINDS: readonly Kind[] = [
  { count: 990, from: '127.0.0.2', first: '' },
  { count: 990, from: '127.0.0.3', first: '' },
  { count: 20, from: '127.0.0.4', first: 'GET / HT' },
  { count: 200, from: '127.0.0.5', first: POST, more: 'X: y\r\n' },
  { count: 200, from: '127.0.0.6', first: `${POST}Content-Length: 100000\r\n\r\n`, more: ' ' },
  { count: 50, from: '127.0.0.7', first: POST, more: 'X: y\r\n'.repeat(2000) },
];

export async function startSlowClients(port: number, kinds: readonly Kind[] = ALL_KINDS): Promise<SlowClients> {
  const sockets = new Set<Socket>();
  const all: Socket[] = [];
  const timers: NodeJS.Timeout[] = [];
  for (const { count, from, first, more } of kinds) {
    const own = await Promise.all(Array.from({ length: count }, () => opened(port, from, first)));
    all.push(...own);
    for (const socket of own) {
      sockets.add(socket);
      for (const end of ['end', 'close']) socket.on(end, () => sockets.delete(socket));
    }
    if (more !== undefined)
      timers.push(setInterval(() => own.forEach((each) => each.writable && each.write(more)), SAID_EVERY_MS));
  }
  return {
    open: () => sockets.size,
    end() {
      timers.forEach((timer) => clearInterval(timer));
      all.forEach((socket) => socket.destroy());
    },
  };
}

const opened = (port: number, localAddress: string, first: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress, allowHalfOpen: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      socket.on('error', () => undefined);
      socket.resume();
      if (first !== '') socket.write(first);
      resolve(socket);
    });
  });
