/**
 * Where a program logs its own lines: one that cannot be written, on a full disk for example, is lost, and the program goes on. The
 * logger's own streams end the program instead.
 */
export const lossyLines = (write: (line: string) => unknown): { write(line: string): void } => ({
  write(line) {
    try {
      write(line);
    } catch {
      // There is nowhere to say so.
    }
  },
});
