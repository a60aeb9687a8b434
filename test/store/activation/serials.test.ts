import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import type { Grant } from '../../../domain/activation/serial.ts';
import type { Outcome } from '../../../domain/run/run.ts';
import type { Store } from '../../../store/store.ts';
import { line, runStart } from '../samples.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { DRIVERS, openSqlite, useStores } from '../stores.ts';

const GRANT: Grant = { id: 'ab'.repeat(10), deployments: 3, licensee: 'Example', release: 'cf', expiresAt: 9_000 };

describe.each(DRIVERS)('serials in $name', ({ open }) => {
  const opened = useStores(open);
  const used = async ({ serials }: Store): Promise<number[]> => (await serials.all()).map((serial) => serial.used);

  it('keeps what a serial grants, newest first', async () => {
    let now = 1_000;
    const { serials } = await opened({ clock: () => now });
    expect(await serials.all()).toEqual([]);
    const first = { ...GRANT, activatedAt: 1_000, used: 0 };
    expect(await serials.activate(GRANT)).toEqual({ serial: first, isNew: true });
    now = 2_000;
    const second = { id: 'cd'.repeat(10), deployments: 50 };
    await serials.activate(second);
    expect(await serials.all()).toEqual([{ ...second, activatedAt: 2_000, used: 0 }, first]);
  });

  it.each<['deploy' | 'restart' | 'stop', Outcome, number]>([
    ['deploy', 'ok', 1],
    ['deploy', 'unchanged', 0],
    ['deploy', 'incomplete', 0],
    ['deploy', 'failed', 0],
    ['deploy', 'cancelled', 0],
    ['deploy', 'superseded', 0],
    ['deploy', 'terminated', 0],
    ['restart', 'ok', 0],
    ['stop', 'ok', 0],
  ])('counts a %s that ends %s %i times, however often its end is repeated', async (operation, outcome, count) => {
    const store = await opened();
    await store.serials.activate(GRANT);
    await store.runs.begin(runStart('a', { operation, serial: GRANT.id }));
    expect(await used(store)).toEqual([0]);
    await Promise.all([1, 2, 3].map(() => store.runs.finish(1, outcome, undefined, line('end', 'local'))));
    expect(await used(store)).toEqual([count]);
  });

  it('counts for the serial that the run began under, also under a higher number', async () => {
    const store = await opened();
    await store.serials.activate(GRANT);
    await store.runs.begin(runStart('a', { serial: GRANT.id }));
    const { number } = await store.runs.raise(1, 40);
    await store.serials.activate({ id: 'cd'.repeat(10), deployments: 50 });
    await store.runs.finish(number, 'ok', undefined, line('end', 'local'));
    const counts = Object.fromEntries((await store.serials.all()).map((serial) => [serial.id, serial.used]));
    expect(counts).toEqual({ [GRANT.id]: 1, ['cd'.repeat(10)]: 0 });
  });

  it('gives nothing back to a serial that is activated again', async () => {
    const store = await opened();
    await store.serials.activate(GRANT);
    await store.runs.begin(runStart('a', { serial: GRANT.id }));
    await store.runs.finish(1, 'ok', undefined, line('end', 'local'));
    expect(await store.serials.activate(GRANT)).toMatchObject({ serial: { used: 1 }, isNew: false });
    expect(await used(store)).toEqual([1]);
  });

  it('counts no run that began without one', async () => {
    const store = await opened();
    await store.runs.begin(runStart('older'));
    await store.runs.finish(1, 'ok', undefined, line('end', 'local'));
    await store.serials.activate(GRANT);
    expect(await used(store)).toEqual([0]);
  });
});

it('is counted from an index alone, however many runs there are', async () => {
  const dataDir = temporaryFolder();
  await (await openSqlite(dataDir, {})).close();
  const db = new DatabaseSync(join(dataDir, 'engine.db'));
  const plan = db
    .prepare(
      "explain query plan select serial, count(*) from runs where operation = 'deploy' and outcome = 'ok' and serial is not null group by serial",
    )
    .all();
  db.close();
  expect(plan.map(({ detail }) => detail)).toEqual([expect.stringContaining('USING COVERING INDEX runs_by_serial')]);
});
