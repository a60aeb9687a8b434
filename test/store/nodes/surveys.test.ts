import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { NodeSurvey } from '../../../domain/plan/survey.ts';
import { migrate } from '../../../store/migrations/migrate.ts';
import { DATABASES, useDatabases } from '../databases.ts';
import { line, runStart } from '../samples.ts';
import { DRIVERS, useStores } from '../stores.ts';

const survey = (address: string, fence: number): NodeSurvey => ({
  address,
  failure: undefined,
  profile: 'debian-12',
  steps: [{ name: 'connect', reasons: ['first contact'] }],
  instances: [],
  missingBuilds: [],
  fence,
});

describe.each(DRIVERS)('surveys in $name', ({ open }) => {
  const opened = useStores(open);

  it('keeps the newest survey of every node of a run', async () => {
    const { surveys } = await opened();
    await surveys.save(1, [survey('10.0.0.1', 1), survey('10.0.0.2', 1)]);
    await surveys.save(1, [survey('10.0.0.1', 2)]);
    await surveys.save(2, []);
    expect(await surveys.of(1)).toEqual([survey('10.0.0.1', 2), survey('10.0.0.2', 1)]);
    expect(await surveys.of(2)).toEqual([]);
  });

  it('are kept until their run ends, also where that went on under another number', async () => {
    const { surveys, runs } = await opened();
    for (const id of ['a', 'b']) await runs.begin(runStart(id));
    for (const run of [1, 2]) await surveys.save(run, [survey('10.0.0.1', 1)]);
    await runs.finish(1, 'ok', undefined, line('end', 'local'));
    expect(await surveys.of(1)).toEqual([]);
    const { number } = await runs.raise(2, 7);
    expect(await surveys.of(2)).toHaveLength(1);
    await runs.finish(number, 'ok', undefined, line('end', 'local'));
    expect(await surveys.of(2)).toEqual([]);
  });
});

describe.each(DATABASES)('surveys of an older engine in $name', ({ open }) => {
  const opened = useDatabases(open);

  it('are gone where their run has ended', async () => {
    const { db } = await opened();
    const run = { operation: 'deploy', revision: 1, release: 'aa', workflow_id: 'cluster/cf', started_at: 1 };
    const runs = ['ok', 'superseded', 'terminated', 'superseded', null].map((outcome, index) => {
      return { ...run, number: index + 1, temporal_run_id: `run/${index}`, outcome };
    });
    await db.insertInto('runs').values(runs).execute();
    const surveys = runs.map(({ number }) => ({ run: number, address: '10.0.0.1', survey: '{}' }));
    await db.insertInto('surveys').values(surveys).execute();
    await sql`delete from kysely_migration where name = '0017-ended-surveys'`.execute(db);
    await migrate(db);
    const kept = await db.selectFrom('surveys').select('run').orderBy('run').execute();
    // The fifth may be the fourth, which went on.
    expect(kept.map((each) => each.run)).toEqual([4, 5]);
  });
});
