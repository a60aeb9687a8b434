import type { OnOutput } from '../node-session.ts';

const TAIL_BYTES = 4_096;

/** Passes a job's output on, piece by piece, and returns its last lines. */
export async function passOn(
  output: AsyncIterable<Uint8Array>,
  { start, startedAt, onOutput }: { readonly start: number; readonly startedAt: number; readonly onOutput?: OnOutput },
): Promise<string> {
  let position = start;
  let tail = Buffer.alloc(0);
  for await (const chunk of output) {
    await onOutput?.(chunk, position, startedAt);
    position += chunk.length;
    tail = Buffer.concat([tail, chunk]).subarray(-TAIL_BYTES);
  }
  return tail.toString();
}
