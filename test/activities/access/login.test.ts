import { expect, it } from 'vitest';
import { createLogins } from '../../../activities/access/login.ts';
import type { Configuration } from '../../../domain/configuration.ts';
import type { NodeFacts } from '../../../domain/node/node-facts.ts';
import { Secret } from '../../../domain/secret.ts';
import type { Revision } from '../../../store/configurations/contract.ts';
import { nodeContext } from '../samples.ts';

const HERE = '10.10.101.181';
const ELSEWHERE = '10.10.101.199';
const FACTS = {} as NodeFacts;

function configuration(password: string, { user = 'vcap', address = HERE } = {}): Configuration {
  const { configuration: sample } = nodeContext();
  const components = Object.fromEntries(Object.keys(sample.components).map((name) => [name, [] as string[]]));
  return {
    ...sample,
    components: { ...components, nats: [address] } as unknown as Configuration['components'],
    properties: { ...sample.properties, user, password: new Secret('password', password) },
  };
}

/** The newest revision first, as the store gives them; somebody has been in the node unless `facts` says otherwise. */
function loginsAfter(...configurations: readonly Configuration[]) {
  return loginsWith(FACTS, ...configurations);
}

function loginsWith(facts: NodeFacts | undefined, ...configurations: readonly Configuration[]) {
  const revisions = configurations.map((each, index) => ({
    configuration: each,
    number: configurations.length - index,
  }));
  return createLogins(
    { newestNumber: async () => revisions.length, recent: async () => revisions as Revision[] },
    { facts: async () => facts },
  );
}

const namesOf = async (...[logins, wanted]: [ReturnType<typeof createLogins>, Configuration]) => {
  const { user, password, others = [] } = await logins.of(wanted, HERE);
  return [{ user, password }, ...others].map((each) => `${each.user}:${each.password?.reveal()}`);
};

it('names the configured account first, then those of other revisions, each once', async () => {
  const logins = loginsAfter(
    configuration('newest'),
    configuration('older'),
    configuration('newest'),
    configuration('first', { user: 'ops' }),
  );
  expect(await namesOf(logins, configuration('newest'))).toEqual(['vcap:newest', 'vcap:older', 'ops:first']);
  expect(await namesOf(logins, configuration('older'))).toEqual(['vcap:older', 'vcap:newest', 'ops:first']);
});

it('reads the revisions once for all who come at the same time, and again where that failed', async () => {
  let reads = 0;
  const recent = async (): Promise<Revision[]> => {
    reads += 1;
    if (reads === 1) throw new Error('the store is away');
    return [];
  };
  const logins = createLogins({ newestNumber: async () => 1, recent }, { facts: async () => FACTS });
  const many = () => Promise.allSettled(Array.from({ length: 50 }, () => logins.of(configuration('newest'), HERE)));
  expect((await many()).filter(({ status }) => status === 'rejected')).toHaveLength(50);
  expect((await many()).filter(({ status }) => status === 'rejected')).toHaveLength(0);
  expect(reads).toBe(2);
});

it('shows a node no password that was posted for other nodes only', async () => {
  const logins = loginsAfter(configuration('newest'), configuration('elsewhere', { address: ELSEWHERE }));
  expect(await namesOf(logins, configuration('candidate'))).toEqual(['vcap:candidate', 'vcap:newest']);
});

it('has root asked first where the user is to be added to a machine that nobody has been in', async () => {
  const wanted = configuration('newest');
  const without = { ...wanted, properties: { ...wanted.properties, addUser: false } };
  const adding = { ...wanted, properties: { ...wanted.properties, addUser: true } };
  const isRootFirst = async (...[facts, of]: [NodeFacts | undefined, Configuration]) =>
    (await loginsWith(facts, of).of(of, HERE)).isRootFirst === true;
  expect(await isRootFirst(undefined, adding)).toBe(true);
  expect(await isRootFirst(FACTS, adding)).toBe(false);
  expect(await isRootFirst(undefined, without)).toBe(false);
  const watchedByKey = async (of: Configuration) => (await loginsWith(FACTS, of).of(of, HERE)).isWatchedByKey;
  expect([await watchedByKey(adding), await watchedByKey(without)]).toEqual([true, false]);
});
