import { createHash } from 'node:crypto';
import type { KeyedCommand } from '../node-session.ts';

/** Names a command for ever: the same step of the same run gives the same key, in every process. */
export function commandKey({ fence, instance, step, round, command }: KeyedCommand): string {
  const parts = [fence.engine, fence.run, instance, step, round, command.text];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
