import * as cluster from '../../integration/test-cluster.ts';
import { createTestEngine, type DeployView } from '../../integration/test-engine.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import type { Habit } from './habit.ts';

/** From empty caches the first one builds ruby. */
const RUN_MS = 20 * 60_000;

/** Deploys nats to one fresh node for each habit, all in one run; tells for each habit what is not as it should be. */
export async function tryHabits(habits: readonly Habit[]): Promise<string[]> {
  await cluster.nodes('down', '--wipe');
  await cluster.nodes('up', String(habits.length));
  const machines = habits.map((habit, place) => ({ habit, address: cluster.nodeAt(place) }));
  await Promise.all(
    machines.map(async ({ habit, address }) => {
      await cluster.setRootPassword(address);
      await cluster.onNode(address, habit.prepare);
    }),
  );
  const problems = await deploy(machines);
  const isSound = ({ name }: Habit): boolean => problems.every((problem) => !problem.startsWith(`${name}: `));
  const sound = machines.filter(({ habit }) => isSound(habit));
  const afterwards = await Promise.all(sound.map(async ({ habit, address }) => checked(habit, address)));
  return [...problems, ...afterwards.flat()];
}

type Machine = { readonly habit: Habit; readonly address: string };

/** By an engine of its own, since machines that are made anew have keys of their own. */
async function deploy(machines: readonly Machine[]): Promise<string[]> {
  const engine = await createTestEngine(temporaryFolder());
  await engine.start();
  try {
    const { properties } = cluster.clusterConfiguration();
    await engine.configure({
      components: { nats: machines.map(({ address }) => address) },
      properties: { ...properties, ...machines[0]?.habit.properties },
    });
    const { run } = await engine.deploy();
    const view = await engine.runWhen(run, 'it parks or ends', isSettled, RUN_MS);
    return machines.flatMap(({ habit, address }) => judged(habit, address, view));
  } finally {
    await engine.stop();
  }
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
