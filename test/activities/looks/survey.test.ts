import { describe, expect, it } from 'vitest';
import { surveyNode } from '../../../activities/looks/survey-node.ts';
import type { Command } from '../../../domain/command.ts';
import { DeploymentEngineError } from '../../../domain/errors.ts';
import type { NodeFacts } from '../../../domain/node/node-facts.ts';
import type { NodeSurvey } from '../../../domain/plan/survey.ts';
import { Secret } from '../../../domain/secret.ts';
import { inLanguage } from '../../../domain/text/in-language.ts';
import { inEnglish, phrase, type Text } from '../../../domain/text/text.ts';
import type { NodeSession } from '../../../ssh/node-session.ts';
import { ADDRESS, NATS, nodeContext } from '../samples.ts';
import { cluster, CONNECTED, deps, found, look, reads, store } from './surveyed-cluster.ts';

const LEAVING = { id: 'etcd/0', component: 'etcd', number: 0, address: ADDRESS } as const;

/** As a copy of the engine leaves a node. */
const COPIED = {
  exitCode: 0,
  stdout: [
    'system=debian-12',
    'hasRunner=yes',
    'owner=engine-a 4 12',
    'fence=engine-a 4 12',
    'visitor=engine-a 4 12 {"machine":"c","host":"control-3"}',
    'lookup=found\n',
  ].join('\n'),
};

const named = (steps: NodeSurvey['steps']): string[] => steps.map(({ name }) => name);
const reasonsOf = (survey: NodeSurvey, name: string): readonly Text[] | undefined =>
  [...survey.steps, ...survey.instances.flatMap(({ steps }) => steps)].find((each) => each.name === name)?.reasons;

describe('a look at a node', () => {
  it('asks every step in one command, but not whether to stop what runs', async () => {
    const survey = await look();
    expect(reads.filter((text) => text.includes('check-end'))).toHaveLength(1);
    expect(named(survey.steps)).not.toContain('connect');
    expect(named(survey.steps)).toEqual(expect.arrayContaining(['checkDisk', 'installMonit', 'compilePackages']));
    expect(survey.instances.map(({ id, steps }) => [id, named(steps)])).toEqual([
      ['nats/1', ['installJob', 'applySpecialSteps', 'start']],
    ]);
    expect(reasonsOf(survey, 'installJob')).toEqual(['not installed']);
  });

  it('knows which instance is installed, and leaves out what is as wanted', async () => {
    expect((await look()).instances[0]).toMatchObject({ isInstalled: false, jobs: ['nats'] });
    found.answers = { ...found.answers, installJob: { stdout: `fingerprint=${NATS.fingerprint}\n` } };
    const { instances } = await look();
    expect(instances[0]).toMatchObject({ isInstalled: true });
    expect(named(instances[0]?.steps ?? [])).not.toContain('installJob');
  });

  it.each([
    ['runs', { start: { stdout: 'started=f\nnats running\n' } }, { isDown: false }],
    ['is down', { start: { stdout: 'started=f\nnats does not exist\n' } }, { isDown: true }],
    ['was left by a broken installation', { installJob: { stdout: 'hasBrokenOff=yes\n' } }, { isInstalled: true }],
  ])('says of an instance that it %s', async (_what, answers, instance) => {
    found.answers = { ...found.answers, ...answers };
    expect((await look()).instances[0]).toMatchObject(instance);
  });

  it('plans a step that no change can help, with why', async () => {
    found.answers = { connect: { stdout: 'system=debian-12\nowner=engine-b\n' } };
    const survey = await look();
    expect(survey.steps.find(({ name }) => name === 'connect')).toMatchObject({
      reasons: [expect.stringContaining('engine-b')],
      refusals: [{ code: 'DuplicateController' }],
    });
  });

  it('names what nobody has built yet', async () => {
    const { missingBuilds } = await look();
    expect(missingBuilds).toEqual(
      expect.arrayContaining(['debian-12/package/common/f-common', 'debian-12/package/gnatsd/f-gnatsd']),
    );
    const blob = { sha256: 'e'.repeat(64), size: 1 };
    const built = { ...deps, mirror: { ...deps.mirror, findCompiled: async () => blob } };
    expect((await look(built)).missingBuilds).toEqual([]);
  });

  it('says whose the node is to which run, but of our own runs only', async () => {
    found.standing = { position: 0, owner: 'engine-a', fence: { generation: 2, run: 40 } };
    expect(await look()).toMatchObject({ fence: 40, generation: 2 });
    found.standing = { ...found.standing, owner: 'engine-b' };
    const survey = await look();
    expect(survey.fence).toBe(0);
    expect(survey).not.toHaveProperty('generation');
  });

  it('goes not above the fence of a copy of this engine', async () => {
    await store.engine.workFrom({ machine: 'b', host: 'control-2' });
    found.standing = { position: 0, owner: 'engine-a', fence: { generation: 4, run: 12 } };
    found.answers = { connect: COPIED };
    const survey = await look();
    expect(survey.steps[0]?.refusals?.map(({ code }) => code)).toEqual(['DuplicateController']);
    expect([survey.fence, survey.generation]).toEqual([0, undefined]);
  });

  it('looks for what is installed and no longer wanted', async () => {
    await store.installed.note(LEAVING, { revision: 1, release: '' });
    found.leaving = 1;
    found.answers = { ...found.answers, removeInstance: { stdout: 'there=yes\njob=etcd\n' } };
    const survey = await look();
    expect(survey.leaving).toEqual([{ id: 'etcd/0', jobs: ['etcd'] }]);
    // Neither is it wanted on the node, nor is it a step that prepares it.
    expect([...named(survey.steps), ...survey.instances.map(({ id }) => id)]).not.toContain('etcd/0');
  });

  it('asks a node that is left no more than whose it is', async () => {
    await store.installed.note(LEAVING, { revision: 1, release: '' });
    found.context = nodeContext({ instances: [] });
    found.leaving = 1;
    found.answers = { connect: { stdout: 'system=debian-12\nowner=engine-b\n' } };
    const survey = await look();
    expect(survey.leaving).toEqual([{ id: 'etcd/0', jobs: [], refusal: expect.stringContaining('engine-b') }]);
    expect(survey).not.toHaveProperty('sweep');
  });

  it('says what can be swept, apart from what prepares the node', async () => {
    found.answers = { ...found.answers, sweep: { exitCode: 0, stdout: 'package=1000 common/f-old\n' } };
    const survey = await look();
    expect(inEnglish(survey.sweep ?? '')).toMatch(/1 package/);
    expect(named(survey.steps)).not.toContain('sweep');
  });

  it('warns of what will not stay as it is', async () => {
    found.answers = { ...found.answers, ensureUser: { stdout: 'today=100\nageing=root:90:12:\n' } };
    expect((await look()).warnings).toEqual([expect.stringContaining('root')]);
  });

  it('can say its reasons in Chinese', async () => {
    found.answers = { connect: { ...CONNECTED, stdout: 'system=debian-12\nowner=engine-a\nlookup=found\n' } };
    expect(reasonsOf(await look(), 'connect')?.map((reason) => inLanguage(reason, 'zh'))).toContain('没有节点执行脚本');
  });

  it('can say in Chinese why a node cannot be read', async () => {
    const what = phrase('{address} has not answered within {seconds} s', { address: ADDRESS, seconds: 3 });
    found.failure = new DeploymentEngineError('CommandTimedOut', what);
    const survey = await surveyNode(deps, cluster(), ADDRESS);
    expect(inLanguage(survey.failure?.message ?? '', 'zh')).toBe(`${ADDRESS} 在 3 秒内没有响应`);
  });

  it('masks what the node has answered', async () => {
    await store.log.learnSecrets([new Secret('password', 'very-secret-word')]);
    found.answers = { ...found.answers, connect: { stdout: 'system=debian-12\nowner=very-secret-word\n' } };
    expect(JSON.stringify(await look())).not.toContain('secret-word');
  });

  it('keeps what the machine is, and needs it before the first look', async () => {
    expect(await store.nodes.facts(ADDRESS)).toBeUndefined();
    await look();
    expect(reads).toHaveLength(2);
    expect(await store.nodes.facts(ADDRESS)).toMatchObject({ system: 'debian-12' });
    found.answers = { connect: { stdout: `${CONNECTED.stdout}hostname=renamed\n` } };
    await look();
    expect(reads).toHaveLength(3);
    expect(await store.nodes.facts(ADDRESS)).toMatchObject({ hostname: 'renamed' });
  });

  it('knows the machine anew where its system is another', async () => {
    await store.nodes.saveFacts(ADDRESS, { system: 'plan9-4' } as NodeFacts);
    expect((await look()).profile).toBe('debian-12');
  });

  it('is refused by a system that no profile serves', async () => {
    found.answers = { connect: { stdout: 'system=plan9-4\n' } };
    await expect(look()).rejects.toMatchObject({ code: 'UnsupportedSystem' });
    expect(await store.nodes.facts(ADDRESS)).toMatchObject({ system: 'plan9-4' });
  });

  it('begins with what the look before has kept of that node', async () => {
    await look();
    const given = await deps.connections.node(ADDRESS, {} as never, 'anyone');
    const begun: (string | undefined)[] = [];
    const session = {
      read: async (command: Command) => {
        begun.push(command.secrets['known_trees']?.reveal());
        const { stdout, ...rest } = await given.read(command);
        return { ...rest, stdout: `${stdout}\n@@deployment-engine-known known_trees\nseen ${begun.length}\n` };
      },
    } as unknown as NodeSession;
    const looking = { ...deps, connections: { ...deps.connections, node: async () => session } };
    for (let round = 0; round < 3; round++) await look(looking);
    expect(begun).toEqual(['', 'seen 1', 'seen 2']);
    expect(deps.sightings.of('10.0.0.9')).toEqual({});
  });

  it('takes an answer that was cut off for none', async () => {
    await store.nodes.saveFacts(ADDRESS, { system: 'debian-12' } as NodeFacts);
    const { connections } = deps;
    const cut = {
      read: async () => ({ exitCode: 0, stdout: '\n@@deployment-engine-check-end 0 0\n', ...found.standing }),
    } as unknown as NodeSession;
    await expect(look({ ...deps, connections: { ...connections, node: async () => cut } })).rejects.toMatchObject({
      code: 'NodeProtocolError',
    });
  });
});
