import { formatLine, type LogLine } from '../domain/log.ts';
import type { LogRequest } from './log-request.ts';

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** One line as the frame a reader asked for; the document's page puts frames into HTML, so that is the default. */
export function logFrame(line: LogLine, format: LogRequest['format']): string {
  switch (format) {
    case 'html':
      return formatLine(line).replace(/[&<>]/g, (character) => ESCAPES[character] ?? character);
    case 'raw':
      return formatLine(line);
    case 'json': {
      const { seq, time, run, stream, level, step, line: text } = line;
      return JSON.stringify({
        seq,
        time: new Date(time).toISOString(),
        run,
        stream,
        level,
        step: step ?? null,
        line: text,
      });
    }
  }
}

/** Tells a reader which lines are gone, when the first it gets is not the one after `from`. */
export function gapFrame(from: number, first: LogLine | undefined): string | undefined {
  if (first === undefined || first.seq <= from + 1) return undefined;
  return `gap: ${from + 1}-${first.seq - 1}`;
}
