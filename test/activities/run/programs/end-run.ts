import process from 'node:process';
import { DatabaseSync, StatementSync } from 'node:sqlite';
import { createRunActivities } from '../../../../activities/run/run-activities.ts';
import { openStore } from '../../../../store/open-store.ts';
import { createLogWriter } from '../../../../store/log/log-writer.ts';

// Ends run 1 of a data folder as a worker does, and is killed before the statement that the second word counts; else before
// anybody hears that it has ended.

const [, , dataDir = '', statement = ''] = process.argv;

const store = await openStore({ dataDir });
const parts = { store, log: createLogWriter(store.log) } as unknown as Parameters<typeof createRunActivities>[0];
const { finishRun } = createRunActivities(parts);

let before = Number(statement);
const die = (): boolean => process.kill(process.pid, 'SIGKILL');

function killBefore<Name extends string>(prototype: Record<Name, (...words: never[]) => unknown>, name: Name): void {
  const own = prototype[name];
  prototype[name] = function (this: unknown, ...words: never[]) {
    before -= 1;
    if (before === 0) die();
    return Reflect.apply(own, this, words);
  };
}
for (const name of ['all', 'get', 'run'] as const)
  killBefore(StatementSync.prototype as unknown as Record<typeof name, () => unknown>, name);
killBefore(DatabaseSync.prototype as unknown as Record<'exec', () => unknown>, 'exec');

await finishRun({ run: 1, outcome: 'ok' });
process.stdout.write('ended');
die();
