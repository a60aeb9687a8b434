import { once } from 'node:events';
import { WebSocket } from 'ws';

interface LoggedLine {
  readonly seq: number;
  readonly stream: string;
  readonly line: string;
}

/** Every line of a run, as a reader of the WebSocket gets them until its end. */
export async function readRunLog(base: string, run: number): Promise<LoggedLine[]> {
  const url = `${base.replace('http', 'ws')}/deployment-engine/log?run=${run}&until=end&format=json`;
  const socket = new WebSocket(url);
  const lines: LoggedLine[] = [];
  socket.on('message', (frame: Buffer) => lines.push(JSON.parse(frame.toString('utf8')) as LoggedLine));
  await once(socket, 'close');
  return lines;
}
