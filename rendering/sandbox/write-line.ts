import { writeSync } from 'node:fs';

const STANDARD_OUTPUT = 1;

const PAUSE_MS = 2;
const pause = new Int32Array(new SharedArrayBuffer(4));

/** Writes a line to standard output before it returns, whatever keeps this thread busy afterwards. */
export function writeLine(line: string): void {
  const bytes = Buffer.from(`${line}\n`);
  let written = 0;
  while (written < bytes.length) written += writeSome(bytes.subarray(written));
}

/** The pipe is full while its reader is busy: wait. */
function writeSome(bytes: Uint8Array): number {
  try {
    return writeSync(STANDARD_OUTPUT, bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    Atomics.wait(pause, 0, 0, PAUSE_MS);
    return 0;
  }
}
