import { expect, it } from 'vitest';
import { runnerInstanceOf, streamOf, targetOf } from '../../../domain/run/target.ts';

it.each([
  ['10.0.0.1', { kind: 'node', address: '10.0.0.1' }, '10.0.0.1', '-'],
  ['nats/0', { kind: 'instance', id: 'nats/0' }, 'nats_0', 'nats/0'],
])('reads %s as it is stored', (text, target, stream, runnerInstance) => {
  expect(targetOf(text)).toEqual(target);
  expect(streamOf(text)).toBe(stream);
  expect(runnerInstanceOf(text)).toBe(runnerInstance);
});
