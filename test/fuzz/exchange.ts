import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** An answer as it came over the wire. */
export interface Answer {
  readonly status: number;
  /** By their names in small letters; of one that came twice, both. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

export interface Exchange {
  /** Undefined = the connection was closed without one. */
  readonly answer: Answer | undefined;
  /** Neither an answer nor an end within the time. */
  readonly hasHung: boolean;
  readonly ms: number;
  /** Everything that came. */
  readonly bytes: Buffer;
}

export interface Sent {
  /** Latin-1, so that every byte is a character. */
  readonly bytes: string;
  /** Of a request that may stop in its middle we end our side, as a client does that has nothing more to say. */
  readonly isWhole: boolean;
  /** Bytes for after `101 Switching Protocols`. */
  readonly frames?: string;
}

/** Then nothing more will come from a client that may have stopped in the middle of its request. */
const SAID_ALL_MS = 400;
/** A WebSocket that stays open is left after this long. */
const LISTENED_MS = 150;

/** Sends bytes over a connection of their own and gives what came back. */
export async function exchange(
  port: number,
  { bytes, isWhole, frames }: Sent,
  withinMs: number,
  host = '127.0.0.1',
): Promise<Exchange> {
  const began = performance.now();
  const socket = connect(port, host);
  const pieces: Buffer[] = [];
  const method = bytes.slice(0, bytes.indexOf(' '));
  return new Promise((resolve) => {
    const timers = new AbortController();
    const after = (ms: number, act: () => void): void =>
      void sleep(ms, undefined, { signal: timers.signal }).then(act, () => undefined);
    const done = (hasHung = false): void => {
      timers.abort();
      socket.destroy();
      const all = Buffer.concat(pieces);
      resolve({ answer: answerIn(all, method), hasHung, ms: performance.now() - began, bytes: all });
    };
    after(withinMs, () => done(true));
    if (!isWhole) after(SAID_ALL_MS, () => socket.end());
    socket.on('connect', () => socket.write(bytes, 'latin1'));
    let isOpen = false;
    socket.on('data', (piece) => {
      pieces.push(piece);
      const all = Buffer.concat(pieces);
      if (!isOpen && all.subarray(0, 12).toString() === 'HTTP/1.1 101') {
        isOpen = true;
        sendFrames(socket, frames ?? '');
        after(LISTENED_MS, () => done());
      } else if (!isOpen && isComplete(all, method)) done();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => done());
  });
}

const sendFrames = (socket: Socket, frames: string): void => void socket.write(frames, 'latin1');

interface Head {
  readonly status: number;
  readonly headers: Map<string, string>;
  readonly end: number;
}

/** The head of the first answer that is not `100 Continue`. */
function headIn(bytes: Buffer, from = 0): Head | undefined {
  const end = bytes.indexOf('\r\n\r\n', from);
  if (end === -1) return undefined;
  const [first = '', ...lines] = bytes.subarray(from, end).toString('latin1').split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1] ?? 0);
  if (status === 100) return headIn(bytes, end + 4);
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const before = headers.get(name);
    const value = line.slice(colon + 1).trim();
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return { status, headers, end: end + 4 };
}

const hasNoBody = (status: number, method: string): boolean => method === 'HEAD' || status === 204 || status === 304;

function isComplete(bytes: Buffer, method: string): boolean {
  const head = headIn(bytes);
  if (head === undefined) return false;
  if (hasNoBody(head.status, method)) return true;
  const length = head.headers.get('content-length');
  if (length !== undefined) return bytes.length - head.end >= Number(length);
  return head.headers.get('transfer-encoding') === 'chunked' && bytes.subarray(-5).toString() === '0\r\n\r\n';
}

function answerIn(bytes: Buffer, method: string): Answer | undefined {
  const head = headIn(bytes);
  if (head === undefined) return undefined;
  const { status, headers, end } = head;
  const rest = hasNoBody(status, method) ? Buffer.alloc(0) : bytes.subarray(end);
  const body = headers.get('transfer-encoding') === 'chunked' ? unchunked(rest) : rest;
  const length = headers.get('content-length');
  return { status, headers, body: length === undefined ? body : body.subarray(0, Number(length)) };
}

function unchunked(bytes: Buffer): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; ;) {
    const line = bytes.indexOf('\r\n', at);
    const size = Number.parseInt(bytes.subarray(at, line).toString(), 16);
    if (line === -1 || !(size > 0)) return Buffer.concat(pieces);
    pieces.push(bytes.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
}
