import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Health {
  readonly asked: number;
  /** Milliseconds of the slowest answer. */
  readonly slowest: number;
  /** Other answers than 200. */
  readonly failed: readonly string[];
}

const ASKED_EVERY_MS = 200;

/** Asks `GET /health` from an address of its own until a task is done. */
export async function healthMeanwhile(port: number, task: () => Promise<unknown>): Promise<Health> {
  const state = { isOver: false };
  const times: number[] = [];
  const failed: string[] = [];
  const asking = (async () => {
    while (!state.isOver) {
      const began = performance.now();
      const answer = await ask(port);
      times.push(performance.now() - began);
      if (answer !== '200') failed.push(answer);
      await sleep(ASKED_EVERY_MS);
    }
  })();
  try {
    await task();
  } finally {
    state.isOver = true;
    await asking;
  }
  return { asked: times.length, slowest: Math.round(Math.max(...times)), failed };
}

const ask = (port: number): Promise<string> =>
  new Promise((resolve) => {
    request(
      { host: '127.0.0.1', port, path: '/deployment-engine/health', localAddress: '127.0.0.9', agent: false },
      (answer) => {
        answer.resume().on('end', () => resolve(String(answer.statusCode)));
      },
    )
      .setTimeout(30_000, function (this: { destroy(error: Error): void }) {
        this.destroy(new Error('no answer'));
      })
      .on('error', (error) => resolve(error.message))
      .end();
  });
