import { expect, it, vi } from 'vitest';
import { createKeptShells } from '../../../ssh/connect/kept-shells.ts';
import type { Ending } from '../../../ssh/connect/remote-process.ts';
import type { RootShell } from '../../../ssh/connect/root-shell.ts';

it('hears of the end of a shell once, however often the shell is kept', async () => {
  const ended = Promise.withResolvers<Ending>();
  const hearing = vi.spyOn(ended.promise, 'then');
  const shell: RootShell = { ended: ended.promise, since: Date.now(), close: vi.fn(), run: vi.fn() };
  const shells = createKeptShells(60_000, () => true);
  for (let program = 0; program < 3; program += 1) {
    shells.keep(shell);
    expect(shells.take()).toBe(shell);
  }
  expect(hearing).toHaveBeenCalledOnce();

  shells.keep(shell);
  ended.resolve({ exitCode: 0, signal: undefined });
  await ended.promise;
  expect(shells.take()).toBeUndefined();
});
