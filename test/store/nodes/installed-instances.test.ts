import { join } from 'node:path';
import { Kysely } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { StepName } from '../../../domain/steps.ts';
import { installedInstances } from '../../../store/migrations/0006-installed-instances.ts';
import { nodeSqliteDialect } from '../../../store/sqlite/dialect.ts';
import type { Store } from '../../../store/store.ts';
import { runStart } from '../samples.ts';
import { DRIVERS, openSqlite, useFolders, useStores } from '../stores.ts';

const NATS = { id: 'nats/0', component: 'nats', number: 0, address: '10.0.0.1' } as const;
const DEA = { id: 'dea/2', component: 'dea', number: 2, address: '10.0.0.2' } as const;
const BY = { revision: 1, release: 'aa' };

describe.each(DRIVERS)('installed instances in $name', ({ open }) => {
  const opened = useStores(open);

  it('keeps an instance from its first change until it is removed', async () => {
    const { installed } = await opened();
    expect(await installed.all()).toEqual([]);
    await installed.note(NATS, BY);
    await installed.note(DEA, BY);
    expect(await installed.all()).toEqual([
      { ...DEA, ...BY, stoppedAt: undefined },
      { ...NATS, ...BY, stoppedAt: undefined },
    ]);
    await installed.remove('dea/2');
    await installed.remove('dea/2');
    expect(await installed.all()).toEqual([{ ...NATS, ...BY, stoppedAt: undefined }]);
  });

  it('knows of whom an operator agreed that they go, until they are installed again', async () => {
    const { installed } = await opened();
    await installed.note(NATS, BY);
    await installed.note(DEA, BY);
    const agreed = async () => (await installed.all()).map(({ id, removalAgreedAt }) => [id, removalAgreedAt] as const);
    await installed.agreeToRemoval(['nats/0', 'etcd/9'], 500);
    await installed.agreeToRemoval(['nats/0', 'dea/2'], 600);
    expect(await agreed()).toEqual([
      ['dea/2', 600],
      ['nats/0', 500],
    ]);
    await installed.agreeToRemoval(['dea/2'], 700);
    await installed.note(DEA, BY);
    expect(await agreed()).toEqual([
      ['dea/2', undefined],
      ['nats/0', undefined],
    ]);
  });

  it('knows what is on one node', async () => {
    const { installed } = await opened();
    await installed.note(NATS, BY);
    await installed.note(DEA, BY);
    expect(await installed.at(DEA.address)).toEqual([{ ...DEA, ...BY, stoppedAt: undefined }]);
    expect(await installed.at('10.0.0.9')).toEqual([]);
  });

  it('learns who changed it last, and forgets no wish of an operator over it', async () => {
    const { installed } = await opened();
    await installed.note(NATS, BY);
    await installed.setStopped('nats/0', 500);
    await installed.setStopped('dea/2', 500);
    await installed.note(NATS, { revision: 2, release: 'bb' });
    expect(await installed.all()).toEqual([{ ...NATS, revision: 2, release: 'bb', stoppedAt: 500 }]);
    await installed.setStopped('nats/0', undefined);
    expect((await installed.all())[0]?.stoppedAt).toBeUndefined();
  });
});

describe('a store of an engine that kept no installed instances', () => {
  const folder = useFolders();
  const opened = useStores(openSqlite);

  const work = async ({ runs, steps }: Store, run: string, target: string, state: 'done' | 'unchanged' | 'begun') => {
    const { number } = await runs.begin(runStart(run, { revision: Number(run), release: `release ${run}` }));
    const key = { run: number, target, step: 'installJob' as StepName, round: 1 };
    await steps.begin(key);
    if (state !== 'begun') await steps.end(key, state, []);
    await runs.finish(number, 'cancelled', undefined, {
      stream: 'local',
      node: undefined,
      step: undefined,
      level: 'info',
      line: 'end',
    });
  };

  it('counts whatever a run has worked on, by the newest one that changed it', async () => {
    const dataDir = folder();
    const older = await opened({ dataDir });
    await older.nodes.ensureNumbers([
      { component: 'nats', address: '10.0.0.1' },
      { component: 'dea', address: '10.0.0.2' },
      { component: 'dea', address: '10.0.0.3' },
    ]);
    await work(older, '1', 'nats/0', 'done');
    await work(older, '2', 'dea/1', 'begun');
    await work(older, '3', 'nats/0', 'unchanged');
    await work(older, '4', '10.0.0.2', 'done');
    const db = new Kysely<unknown>({ dialect: nodeSqliteDialect(join(dataDir, 'engine.db')) });
    await db.schema.dropTable('installed_instances').execute();
    await installedInstances.up(db);
    await db.destroy();

    expect(await (await opened({ dataDir })).installed.all()).toEqual([
      {
        id: 'dea/1',
        component: 'dea',
        number: 1,
        address: '10.0.0.3',
        revision: 2,
        release: 'release 2',
        stoppedAt: undefined,
      },
      { ...NATS, revision: 1, release: 'release 1', stoppedAt: undefined },
    ]);
  });
});
