import { expect, it } from 'vitest';
import { sharedMemory } from '../../../activities/special/shared-memory.ts';
import { nodeContext, reasonsFor } from '../samples.ts';

it('refuses a node whose shared memory the database may not set', () => {
  expect(reasonsFor(sharedMemory(nodeContext()), 'settable=yes\n')).toEqual([]);
  expect(() => reasonsFor(sharedMemory(nodeContext()), '')).toThrow(expect.objectContaining({ code: 'NodeUnfit' }));
});
