import * as cluster from '../../integration/test-cluster.ts';
import type { DeployView, TestEngine } from '../../integration/test-engine.ts';
import type { Habit } from './habit.ts';

/** From empty caches the first one builds ruby. */
const RUN_MS = 20 * 60_000;

/** Deploys nats to one fresh node for each habit, all in one run; tells for each habit what is not as it should be. */
export async function tryHabits(engine: TestEngine, habits: readonly Habit[]): Promise<string[]> {
  await cluster.nodes('down', '--wipe');
  await cluster.nodes('up', String(habits.length));
  const machines = habits.map((habit, place) => ({ habit, address: cluster.nodeAt(place) }));
  await Promise.all(
    machines.map(async ({ habit, address }) => {
      await cluster.setRootPassword(address);
      await cluster.onNode(address, habit.prepare);
    }),
  );

  const { properties } = cluster.clusterConfiguration();
  await engine.configure({
    components: { nats: machines.map(({ address }) => address) },
    properties: { ...properties, ...habits[0]?.properties },
  });
  const { run } = await engine.deploy();
  const view = await engine.runWhen(run, 'it parks or ends', isSettled, RUN_MS);
  const problems = machines.flatMap(({ habit, address }) => judged(habit, address, view));
  if (view.outcome === null) {
    await engine.resolve(run, { action: 'abort' });
    await engine.ended(run, RUN_MS);
  }

  const isSound = ({ name }: Habit): boolean => problems.every((problem) => !problem.startsWith(`${name}: `));
  const sound = machines.filter(({ habit }) => isSound(habit));
  const afterwards = await Promise.all(sound.map(async ({ habit, address }) => checked(habit, address)));
  return [...problems, ...afterwards.flat()];
}

async function checked({ name, check }: Habit, address: string): Promise<string[]> {
  if (check === undefined) return [];
  return cluster.onNode(address, check).then(
    () => [],
    (error: Error) => [`${name}: afterwards: ${error.message}`],
  );
}

const isSettled = ({ outcome, state }: DeployView): boolean => outcome !== null || state === 'parked';

function judged({ name, outcome }: Habit, address: string, { parked, instances }: DeployView): string[] {
  const own = instances.filter((instance) => instance.address === address).map(({ id }) => id);
  const park = parked.find(({ target }) => target === address || own.includes(target));
  const said = park === undefined ? 'it did not park' : `${park.step} parked with ${park.code}: ${park.message}`;
  if (outcome === 'runs') return park === undefined ? [] : [`${name}: ${said}`];
  const isAsExpected = park?.step === outcome.step && park.code === outcome.code && outcome.message.test(park.message);
  return isAsExpected ? [] : [`${name}: expected ${outcome.step} ${outcome.code} ${outcome.message}, but ${said}`];
}
