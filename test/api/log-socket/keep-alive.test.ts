import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { keepAlive } from '../../../api/log-socket/log-socket.ts';

const PING_MS = 30_000;

/** A client as the socket sees it: what it has not taken yet, and whether it answers. */
class Client extends EventEmitter {
  bufferedAmount = 0;
  isDropped = false;
  /** Whoever reads nothing has it waiting too. */
  ping = (): void => void (this.bufferedAmount += this.bufferedAmount > 0 ? 2 : 0);
  readonly terminate = (): void => void (this.isDropped = true);
}

let client: Client;

beforeEach(() => {
  vi.useFakeTimers();
  client = new Client();
  const ended = new AbortController();
  keepAlive(client as unknown as Parameters<typeof keepAlive>[0], ended.signal, PING_MS);
});
afterEach(() => vi.useRealTimers());

it('drops who answers no ping and reads nothing, after two minutes', () => {
  client.bufferedAmount = 70_000;
  vi.advanceTimersByTime(4 * PING_MS);
  expect(client.isDropped).toBe(false);
  vi.advanceTimersByTime(PING_MS);
  expect(client.isDropped).toBe(true);
});

it('keeps who answers', () => {
  client.ping = () => void client.emit('pong');
  vi.advanceTimersByTime(20 * PING_MS);
  expect(client.isDropped).toBe(false);
});

it('keeps who reads so slowly that pings wait behind the lines', () => {
  for (let tick = 1; tick <= 20; tick++) {
    client.bufferedAmount = 1_000_000 - tick;
    vi.advanceTimersByTime(PING_MS);
  }
  expect(client.isDropped).toBe(false);
});
