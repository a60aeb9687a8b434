import { expect, it } from 'vitest';
import { complaints, isRunning, parseProcesses } from '../../../activities/checks/process-status.ts';

it.each([
  ['nothing', '', [], false, ''],
  ['all running', 'nats running\nlog running\n', ['nats', 'log'], true, ''],
  ['words with spaces', 'nats running\nlog not monitored\n', ['nats', 'log'], false, 'log not monitored'],
  ['a word on its own line', 'monit\nnats running\n', ['nats'], true, ''],
  ['a name with blanks', '"my log" not monitored\n', ['my log'], false, 'my log not monitored'],
  ['all wrong', 'a does not exist\nb action pending', ['a', 'b'], false, 'a does not exist, b action pending'],
])('reads %s', (_case, stdout, names, running, complaint) => {
  const facts = parseProcesses({ stdout });
  expect(facts.processes.map(({ name }) => name)).toEqual(names);
  expect([isRunning(facts), complaints(facts)]).toEqual([running, complaint]);
});
