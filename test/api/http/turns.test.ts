import { expect, it } from 'vitest';
import { createTurns } from '../../../api/http/turns.ts';

const PATIENT = { atOnce: 2, waiting: 3, waitMs: 600_000 };

/** Tasks that end when they are told to. */
function tasks() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const task = (name: string) => () => {
    begun.push(name);
    return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
  };
  return { begun, task, end: (name: string) => ends.get(name)?.() };
}

it('begins so many at once, and the others in the order they came', async () => {
  const turns = createTurns(PATIENT);
  const { begun, task, end } = tasks();
  const all = ['a', 'b', 'c', 'd', 'e'].map((name) => turns(task(name)));
  expect(begun).toEqual(['a', 'b']);
  end('b');
  await all[1];
  await expect.poll(() => begun, { timeout: 60_000 }).toEqual(['a', 'b', 'c']);
  for (const name of ['a', 'c', 'd', 'e']) {
    await expect.poll(() => begun, { timeout: 60_000 }).toContain(name);
    end(name);
  }
  expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(begun).toEqual(['a', 'b', 'c', 'd', 'e']);
});

it('refuses those for whom there is no room to wait', async () => {
  const turns = createTurns({ ...PATIENT, atOnce: 1, waiting: 1 });
  const { begun, task, end } = tasks();
  const served = ['first', 'second'].map((name) => turns(task(name)));
  await expect(turns(task('third'))).rejects.toMatchObject({ code: 'TooManyRequests' });
  end('first');
  await expect.poll(() => begun, { timeout: 60_000 }).toEqual(['first', 'second']);
  end('second');
  await Promise.all(served);
});

it('hands the place of one that fails on', async () => {
  const turns = createTurns({ ...PATIENT, atOnce: 1 });
  const failing = turns(() => Promise.reject(new Error('it fails')));
  const next = turns(async () => 'next');
  await expect(failing).rejects.toThrow('it fails');
  expect(await next).toBe('next');
});

it('refuses whoever has waited too long, and does not begin it afterwards', async () => {
  const turns = createTurns({ ...PATIENT, atOnce: 1, waitMs: 20 });
  const { begun, task, end } = tasks();
  const first = turns(task('first'));
  await expect(turns(task('second'))).rejects.toMatchObject({
    code: 'TooManyRequests',
    message: 'the engine is busy with requests of this kind (no place was free within 0.02 s); ask again',
  });
  end('first');
  expect(await first).toBe('first');
  const third = turns(task('third'));
  end('third');
  expect([await third, begun]).toEqual(['third', ['first', 'third']]);
});
