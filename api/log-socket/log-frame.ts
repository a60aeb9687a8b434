import { formatLine, type LogGap, type LogLine } from '../../domain/run/log.ts';
import type { LogRequest } from './log-request.ts';

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** One line in the format the reader asked for. Default: HTML, because the specification's page inserts frames as HTML. */
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

/** Tells a reader which lines are no longer kept; reading continues after them. */
export function gapFrame({ run, from, to }: LogGap, format: LogRequest['format']): string {
  const line = `gap: ${from}-${to}`;
  if (format !== 'json') return line;
  return JSON.stringify({ seq: to, time: null, run, stream: 'local', level: 'warn', step: null, line });
}
