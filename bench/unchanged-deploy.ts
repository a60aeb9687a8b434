import { Client, Connection } from '@temporalio/client';
import type { EngineClient } from '../sample/demo/engine-client.ts';
import { deployUnchanged } from './deploy-unchanged.ts';
import { printTimes } from './print-times.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 5);

interface Measured {
  readonly total: number;
  readonly parts: Map<string, number>;
}

/**
 * Measures a deploy that changes nothing on a running engine with a deployed cluster (`npm run demo` leaves one): from
 * `GET /deploy` to the recorded outcome, with SSH connections open. The first run is a warm-up.
 */
export async function unchangedDeploy(client: EngineClient): Promise<void> {
  const temporal = new Client({
    connection: await Connection.connect({ address: process.env['TEMPORAL_ADDRESS'] ?? '127.0.0.1:7233' }),
  });
  const measured: Measured[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const one = await deployOnce(client, temporal);
    if (round > 0) measured.push(one);
  }
  printTimes(
    'GET /deploy to done',
    measured.map(({ total }) => total),
  );
  for (const name of new Set(measured.flatMap(({ parts }) => [...parts.keys()])))
    printTimes(
      `  ${name}`,
      measured.map(({ parts }) => parts.get(name) ?? 0),
    );
  await temporal.connection.close();
}

async function deployOnce(client: EngineClient, temporal: Client): Promise<Measured> {
  const begun = performance.now();
  const answered = await deployUnchanged(client, { askMs: 0 });
  const total = performance.now() - begun;
  return { total, parts: new Map([['answer to GET /deploy', answered - begun], ...(await activityTimes(temporal))]) };
}

/** Milliseconds of each activity of the newest run, and of the workflow between them. */
async function activityTimes(temporal: Client): Promise<[string, number][]> {
  const { events } = await temporal.workflow.getHandle(`cluster/${process.env['CLUSTER'] ?? 'cf'}`).fetchHistory();
  const time = (event: { eventTime?: unknown }): number => {
    const { seconds, nanos } = event.eventTime as { seconds: number | { toNumber(): number }; nanos: number };
    return Number(seconds) * 1000 + nanos / 1e6;
  };
  const byId = new Map((events ?? []).map((event) => [String(event.eventId), event]));
  return (events ?? []).flatMap((event): [string, number][] => {
    const completed = event.activityTaskCompletedEventAttributes;
    const scheduled = completed && byId.get(String(completed.scheduledEventId));
    const name = scheduled?.activityTaskScheduledEventAttributes?.activityType?.name;
    return scheduled === undefined || scheduled === null || name == null ? [] : [[name, time(event) - time(scheduled)]];
  });
}
