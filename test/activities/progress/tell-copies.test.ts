import { expect, it } from 'vitest';
import { createTellCopies } from '../../../activities/progress/tell-copies.ts';
import { openSqlite, useStores } from '../../store/stores.ts';
import { allLines } from '../../store/samples.ts';
import { nodeContext } from '../samples.ts';

const opened = useStores(openSqlite);

it('tells of a copy of this engine once for each run of it, and of nobody else', async () => {
  const store = await opened();
  await store.engine.workFrom({ machine: 'b', host: 'control-2' });
  const { engine } = nodeContext();
  const tell = createTellCopies({ engine, store });
  const met = (claim: string, machine: string) =>
    tell({
      address: '10.0.0.1',
      read: async () =>
        ({
          stdout: `owner=${claim}\nfence=${claim}\nvisitor=${claim} {"host":"control-1","machine":"${machine}"}\n`,
        }) as never,
    });
  await met(`${engine.id} 1 3`, 'b');
  await met('engine-b 1 3', 'a');
  expect(await allLines(store, 0)).toEqual([]);
  for (const run of [3, 3, 4]) await met(`${engine.id} 1 ${run}`, 'a');
  expect((await allLines(store, 0)).map(({ line }) => line)).toEqual([
    expect.stringMatching(
      /^10\.0\.0\.1: a copy of this engine works on it from control-1, whose run 3 was here last\..*adopt$/,
    ),
    expect.stringContaining('whose run 4 was here last'),
  ]);
});
