import { expect, it } from 'vitest';
import { createStepLog } from '../../activities/step-log.ts';
import type { LogWriter } from '../../store/log-writer.ts';

it('names each line of an attempt, so that none is stored twice', () => {
  const written: unknown[] = [];
  const writer: Pick<LogWriter, 'write'> = { write: (...line) => void written.push(line) };
  const log = createStepLog(writer as LogWriter, {
    run: 3,
    stream: 'nats_0',
    node: '10.0.0.1',
    step: 'start',
    attempt: 'nats/0/start/1/2',
  });
  log.write('info', 'not started yet');
  log.write('warn', 'again');
  const line = { stream: 'nats_0', node: '10.0.0.1', step: 'start' };
  expect(written).toEqual([
    [3, [{ ...line, level: 'info', line: 'start: not started yet' }], 'nats/0/start/1/2/1'],
    [3, [{ ...line, level: 'warn', line: 'start: again' }], 'nats/0/start/1/2/2'],
  ]);
});
