import { expect, it } from 'vitest';
import { createStepLog } from '../../../activities/progress/step-log.ts';
import type { LogWriter } from '../../../store/log/log-writer.ts';

const written: Parameters<LogWriter['write']>[] = [];
const writer: Pick<LogWriter, 'write'> = { write: (...line) => void written.push(line) };

it('names each line of an attempt, and no line of another attempt is taken for it', () => {
  const place = { run: 3, stream: 'nats_0', node: '10.0.0.1', step: 'start' };
  const first = createStepLog(writer as LogWriter, place);
  first.write('info', 'not started yet');
  first.write('warn', 'again');
  // After a reset Temporal counts attempts from 1 again.
  createStepLog(writer as LogWriter, place).write('info', 'not started yet');

  const line = { stream: 'nats_0', node: '10.0.0.1', step: 'start' };
  expect(written.map(([run, lines]) => [run, lines])).toEqual([
    [3, [{ ...line, level: 'info', line: 'start: not started yet' }]],
    [3, [{ ...line, level: 'warn', line: 'start: again' }]],
    [3, [{ ...line, level: 'info', line: 'start: not started yet' }]],
  ]);
  expect(new Set(written.map(([, , id]) => id)).size).toBe(3);
});
