import { expect, it, onTestFinished } from 'vitest';
import { areOurs, takeForTemporal, wereOurs } from '../../store/runs/temporal-claim.ts';
import { claimRuns } from '../../worker/claim-runs.ts';
import { openSqlite } from '../store/stores.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const server = { address: 'temporal:7233', namespace: 'default', connection: { address: 'temporal:7233' } };

/** A store by a clock that a test sets, and connections to Temporal servers whose namespaces have ids of their own. */
async function surroundings() {
  const time = { now: 1_000_000 };
  const { claims, close } = await openSqlite(temporaryFolder(), { clock: () => time.now });
  onTestFinished(close);
  const temporal = (id: string) => {
    const told = { id };
    const workflowService = { describeNamespace: async () => ({ namespaceInfo: told }) };
    return { told, place: { claims, connection: { workflowService } as never, server, cluster: 'cf' } };
  };
  return { time, temporal };
}

it('shares the runs with the workers of one Temporal, and refuses those of another', async () => {
  const { temporal } = await surroundings();
  const [one, two] = [await claimRuns(temporal('a').place), await claimRuns(temporal('a').place)];
  const error = await claimRuns(temporal('b').place, { waitMs: 10 }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'EnvironmentLacking', message: expect.stringContaining('TEMPORAL_NAMESPACE') });
  await one.end({ isLast: false });
  await two.end({ isLast: true });
  // Nobody holds them, and whose they are stays known.
  const { claims } = temporal('a').place;
  expect([await areOurs(claims, async () => 'b'), await wereOurs(claims, async () => 'b')]).toEqual([true, false]);
  await (await claimRuns(temporal('b').place, { waitMs: 10 })).end({ isLast: true });
});

it('waits for the end of a claim whose Temporal is gone', async () => {
  const { time, temporal } = await surroundings();
  await (await claimRuns(temporal('lost').place)).end({ isLast: false });
  const taken = claimRuns(temporal('new').place);
  time.now += 30_000;
  await (await taken).end({ isLast: true });
});

it('keeps the claim while Temporal does not answer', async () => {
  const { time, temporal } = await surroundings();
  const { place } = temporal('a');
  const claim = await claimRuns(place, { everyMs: 50 });
  Object.assign(place.connection, { workflowService: { describeNamespace: () => new Promise(() => {}) } });
  await until(async () => {
    time.now += 1_000;
    return !(await takeForTemporal(place.claims, 'b')) && time.now > 1_050_000;
  }, 'it is renewed over and over');
  await claim.end({ isLast: true });
});

it.each([
  ['its Temporal comes back without what it knew', false],
  ['another one has taken the runs meanwhile', true],
])('is told that the worker must go when %s', async (_what, isTaken) => {
  const { time, temporal } = await surroundings();
  const { told, place } = temporal('a');
  const claim = await claimRuns(place, { everyMs: 100 });
  let reason: unknown;
  void claim.lost.then((text) => (reason = text));
  if (!isTaken) told.id = 'b';
  else
    await until(() => {
      time.now += 30_000;
      return takeForTemporal(place.claims, 'b');
    }, 'the other one has taken them');
  await until(() => reason !== undefined, 'it is told');
  await claim.end({ isLast: false });
});
