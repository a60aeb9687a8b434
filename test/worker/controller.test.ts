import { writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { controller } from '../../worker/controller.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ID = '0123456789abcdef0123456789abcdef';

/** The machine with this in its file; undefined = without one. */
function machineWith(content: string | undefined): string {
  const file = join(temporaryFolder(), 'machine-id');
  if (content !== undefined) writeFileSync(file, content);
  const { host, machine } = controller(file);
  expect(host).toBe(hostname());
  return machine;
}

it('tells a machine by a digest of its machine-id, the same each time', () => {
  const machine = machineWith(`${ID}\n`);
  expect(machine).toMatch(/^[0-9a-f]{32}$/);
  expect(machine).not.toBe(ID);
  expect(machineWith(ID)).toBe(machine);
  expect(machineWith(ID.replace('0', '1'))).not.toBe(machine);
});

// A digest of nothing would be the same on every such machine, and of another one after its first boot.
it.each([undefined, '', '\n', 'uninitialized\n'])('knows no machine by a machine-id of %j', (content) => {
  expect(machineWith(content)).toBe('');
});
