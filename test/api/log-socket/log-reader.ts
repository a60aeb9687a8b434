import { once } from 'node:events';
import { WebSocket } from 'ws';
import { beginRun, expectDescribed, type Gateway, line, startGateway } from '../gateway.ts';

interface Reader {
  readonly socket: WebSocket;
  readonly frames: string[];
  readonly closed: Promise<number>;
}

export async function read({ url }: Gateway, query = '', headers: Record<string, string> = {}): Promise<Reader> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/deployment-engine/log${query}`, { headers });
  socket.on('upgrade', ({ statusCode: status = 0, headers: { upgrade = '' } }) =>
    expectDescribed({
      method: 'GET',
      path: '/deployment-engine/log',
      status,
      headers: new Headers({ Upgrade: upgrade }),
      text: '',
    }),
  );
  const frames: string[] = [];
  socket.on('message', (data: Buffer) => frames.push(data.toString()));
  const closed = once(socket, 'close').then(([code]) => code as number);
  await once(socket, 'open');
  return { socket, frames, closed };
}

export async function gatewayWithRun(): Promise<Gateway> {
  const gateway = await startGateway();
  await beginRun(gateway, 'first');
  await gateway.store.log.append(1, [line('one', '10.0.0.1'), line('<two> & "2"', 'nats_0'), line('three')]);
  return gateway;
}
