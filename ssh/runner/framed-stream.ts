/** Output of one program in a kept shell: between a line with the mark and the mark with the program's exit code. */
export interface Frame {
  isOpen(): boolean;
  /** The program's exit code; undefined while it runs. */
  exitCode(): number | undefined;
  /** The program's output in this piece. */
  pass(chunk: Buffer): Buffer;
}

const NOTHING = Buffer.alloc(0);

/** Holds back only what may become the mark, so that each line is seen at once. */
export function createFrame(mark: string): Frame {
  const [begin, end] = [Buffer.from(`${mark}\n`), Buffer.from(`${mark}.`)];
  let held: Buffer = NOTHING;
  let isOpen = false;
  let exitCode: number | undefined;

  const open = (): void => {
    const at = held.indexOf(begin);
    isOpen = at !== -1;
    held = isOpen ? held.subarray(at + begin.length) : held.subarray(-begin.length);
  };
  const close = (at: number): void => {
    const line = held.indexOf('\n', at);
    if (line !== -1) exitCode = Number(held.toString('latin1', at + end.length, line));
  };

  return {
    isOpen: () => isOpen,
    exitCode: () => exitCode,
    pass(chunk) {
      if (exitCode !== undefined) return NOTHING;
      held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      if (!isOpen) open();
      if (!isOpen) return NOTHING;
      const at = held.indexOf(end);
      const said = at === -1 ? held.length - begunOf(end, held) : at;
      if (at !== -1) close(at);
      const passed = held.subarray(0, said);
      held = held.subarray(said);
      return passed;
    },
  };
}

/** How many of the last bytes may be the beginning of the mark. */
function begunOf(sign: Buffer, bytes: Buffer): number {
  for (let length = Math.min(sign.length - 1, bytes.length); length > 0; length -= 1)
    if (bytes.subarray(-length).equals(sign.subarray(0, length))) return length;
  return 0;
}
