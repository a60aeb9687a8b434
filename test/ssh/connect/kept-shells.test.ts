import { afterEach, expect, it, vi } from 'vitest';
import { createKeptShells } from '../../../ssh/connect/kept-shells.ts';
import type { Ending } from '../../../ssh/connect/remote-process.ts';
import type { RootShell } from '../../../ssh/connect/root-shell.ts';

afterEach(() => vi.useRealTimers());

const shellSince = (since: number): RootShell => ({
  ended: new Promise(() => {}),
  since,
  close: vi.fn(),
  run: vi.fn(),
});

it('lets one shell wait long, and those beside it not', () => {
  vi.useFakeTimers();
  const shells = createKeptShells({ ofOne: 300_000, ofMore: 60_000 }, () => true);
  const [one, more] = [shellSince(Date.now()), shellSince(Date.now())];
  shells.keep(one);
  shells.keep(more);
  vi.advanceTimersByTime(60_000);
  expect(more.close).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(239_999);
  expect(one.close).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(one.close).toHaveBeenCalledOnce();
  expect(shells.take()).toBeUndefined();
});

it('keeps none for more than ten minutes, however often it is used', () => {
  vi.useFakeTimers();
  const shells = createKeptShells({ ofOne: 600_000, ofMore: 60_000 }, () => true);
  const shell = shellSince(Date.now());
  shells.keep(shell);
  vi.advanceTimersByTime(599_000);
  expect(shells.take()).toBe(shell);
  shells.keep(shell);
  vi.advanceTimersByTime(1_000);
  expect(shell.close).toHaveBeenCalledOnce();
});

it('hears of the end of a shell once, however often the shell is kept', async () => {
  const ended = Promise.withResolvers<Ending>();
  const hearing = vi.spyOn(ended.promise, 'then');
  const shell: RootShell = { ended: ended.promise, since: Date.now(), close: vi.fn(), run: vi.fn() };
  const shells = createKeptShells({ ofOne: 60_000, ofMore: 60_000 }, () => true);
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
