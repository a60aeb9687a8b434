import { expect, it } from 'vitest';
import { type Instance, instancesOf, placeOf } from '../../../domain/instance.ts';
import { isOutOfReach, type Leaving, leavingOf } from '../../../domain/plan/leaving.ts';
import { planEverything } from '../../../domain/plan/make-plan.ts';
import type { NodeSurvey, SurveyFailure } from '../../../domain/plan/survey.ts';
import type { ApartJob, PortSetting } from '../../../domain/versions/version.ts';

const [A, B] = ['10.0.0.1', '10.0.0.2'];
const at = (id: string, address: string): Leaving => ({ ...placeOf(id), address });

interface Case {
  /** `nats/0 10.0.0.1`; those that are not installed yet are new. */
  readonly wanted: readonly string[];
  readonly installed: readonly string[];
  /** Jobs by id. */
  readonly jobs?: Readonly<Record<string, readonly string[]>>;
  readonly failures?: Readonly<Record<string, SurveyFailure>>;
  readonly refusal?: string;
  /** Of those on nodes that cannot be read: whom they name, by id. */
  readonly pointsTo?: Readonly<Record<string, readonly string[]>>;
  readonly apart?: readonly ApartJob[];
}

const PORTS: PortSetting[] = [
  { component: 'gorouter', protocol: 'tcp', port: 80 },
  { component: 'haproxy', protocol: 'tcp', port: 80 },
];

/** What becomes of a cluster whose wanted instances all have their files to be made. */
function judged({ wanted, installed, jobs = {}, failures = {}, refusal, pointsTo = {}, apart = [] }: Case) {
  const parse = (text: string): Leaving => at(text.split(' ')[0] ?? '', text.split(' ')[1] ?? '');
  const instances: Instance[] = instancesOf(wanted.map(parse));
  const there = installed.map(parse);
  const leaving = leavingOf(there, instances);
  const surveys = [A, B].map((address): NodeSurvey => ({
    address,
    failure: failures[address],
    profile: 'debian-12',
    steps: [],
    missingBuilds: [],
    fence: 0,
    instances: instances
      .filter((each) => each.address === address)
      .map(({ id }) => ({
        id,
        isInstalled: there.some((each) => each.id === id),
        jobs: jobs[id] ?? [],
        ...(pointsTo[id] === undefined ? {} : { pointsTo: pointsTo[id] }),
        steps: [{ name: 'installJob', reasons: ['files'] }],
      })),
    leaving: leaving
      .filter((each) => each.address === address)
      .map(({ id }) => ({ id, jobs: jobs[id] ?? [], ...(refusal === undefined ? {} : { refusal }) })),
  }));
  const plan = planEverything({ instances, surveys, leaving, ports: PORTS, apart });
  return {
    removed: plan.removed.map(({ id, address, steps, reasons }) => [id, address, steps.join(' '), ...reasons]),
    waits: plan.instances.flatMap(({ id, afterRemoval }) => (afterRemoval ?? []).map((each) => `${id} after ${each}`)),
    reasons: Object.fromEntries(plan.instances.map(({ id, reasons }) => [id, reasons])),
    nodes: plan.nodes.map(({ address }) => address),
  };
}

const NO_LONGER = 'no longer in the configuration';
const ORPHAN = 'it is taken away by the next deploy that can';

it('removes one of three once the others no longer point to it, and leaves its node', () => {
  const { removed, waits, nodes } = judged({
    wanted: [`nats/0 ${A}`, `nats/2 ${A}`],
    installed: [`nats/0 ${A}`, `nats/1 ${B}`, `nats/2 ${A}`],
  });
  const after = 'goes after the updates of nats/0, nats/2, which may point to it';
  expect(removed).toEqual([['nats/1', B, 'removeInstance leaveNode', NO_LONGER, after]]);
  expect(waits).toEqual([]);
  expect(nodes).toEqual([A]);
});

it.each<[string, readonly string[] | undefined, string[]]>([
  ['names it', [B], ['goes after the updates of nats/0, uaa/0, which may point to it']],
  ['names another', [], ['goes after the updates of nats/0, which may point to it']],
  ['may name anybody', undefined, ['goes after the updates of nats/0, uaa/0, which may point to it']],
])('waits for what is on a node that cannot be read where it %s', (_what, named, reasons) => {
  const { removed } = judged({
    wanted: [`nats/0 ${B}`, `uaa/0 ${A}`],
    installed: [`nats/0 ${B}`, `uaa/0 ${A}`, `etcd/0 ${B}`],
    failures: { [A]: { code: 'NodeUnreachable', message: 'no route' } },
    ...(named === undefined ? {} : { pointsTo: { 'uaa/0': named } }),
  });
  expect(removed[0]?.slice(4)).toEqual(reasons);
});

it('stops the first before another becomes it', () => {
  const { removed, waits, reasons } = judged({
    wanted: [`nats/1 ${A}`, `nats/2 ${B}`],
    installed: [`nats/0 ${A}`, `nats/1 ${A}`, `nats/2 ${B}`],
  });
  expect(removed).toEqual([
    ['nats/0', A, 'removeInstance', NO_LONGER, 'stopped before the first of its component becomes nats/1'],
  ]);
  expect(waits).toEqual(['nats/1 after nats/0']);
  expect(reasons['nats/1']).toContainEqual(
    'becomes the first nats in place of nats/0: it runs what only the first runs',
  );
  expect(reasons['nats/2']).toEqual(['files']);
});

it('stops the first also where its successor has a lower number, since an address has come back', () => {
  const { removed, waits } = judged({ wanted: [`uaa/0 ${A}`], installed: [`uaa/1 ${B}`] });
  expect(removed[0]?.at(-1)).toEqual('stopped before the first of its component becomes uaa/0');
  expect(waits).toEqual(['uaa/0 after uaa/1']);
});

it('stops the first also where a lower one is left behind on a machine that is gone', () => {
  const { waits } = judged({
    wanted: [`uaa/2 ${B}`],
    installed: ['uaa/0 10.0.0.9', `uaa/1 ${A}`, `uaa/2 ${B}`],
    failures: { '10.0.0.9': { code: 'NodeUnreachable', message: 'no route' } },
  });
  expect(waits).toContain('uaa/2 after uaa/1');
});

it('says where a component moves', () => {
  const { removed, waits } = judged({
    wanted: [`uaa/1 ${B}`, `nats/0 ${A}`],
    installed: [`uaa/0 ${A}`, `nats/0 ${A}`],
  });
  expect(removed[0]?.slice(0, 4)).toEqual(['uaa/0', A, 'removeInstance', `uaa moves to ${B}`]);
  expect(waits).toEqual(['uaa/1 after uaa/0']);
});

it('swaps the nodes of two components', () => {
  const { waits } = judged({ wanted: [`uaa/1 ${B}`, `login/1 ${A}`], installed: [`uaa/0 ${A}`, `login/0 ${B}`] });
  expect(waits).toEqual(['uaa/1 after uaa/0', 'login/1 after login/0']);
});

it.each([
  ['the port of a newcomer', {}, 'leaves port 80 to gorouter/0'],
  ['a job of a newcomer', { 'haproxy/0': ['agent'], 'gorouter/0': ['agent'] }, 'leaves agent to gorouter/0'],
])('goes before it where it has %s on the same node', (_what, jobs, why) => {
  const { removed, waits } = judged({ wanted: [`gorouter/0 ${A}`], installed: [`haproxy/0 ${A}`], jobs });
  expect(removed[0]?.at(-1)).toEqual(why);
  expect(waits).toEqual(['gorouter/0 after haproxy/0']);
});

it.each([
  [
    'a newcomer that cannot be beside a job of it',
    'nats',
    'loggregator',
    'leaves the ports of its agent to loggregator/0',
  ],
  ['a job of a neighbour that cannot be beside it', 'loggregator', 'nats', 'leaves its ports to agent of nats/0'],
])('goes before %s', (_what, leaving, staying, why) => {
  const apart = [{ job: 'agent', components: ['loggregator'], bearers: ['nats'] }] as const;
  const jobs = { 'nats/0': ['nats', 'agent'], 'loggregator/0': ['doppler'] };
  const on = (address: string) =>
    judged({ wanted: [`${staying}/0 ${A}`], installed: [`${leaving}/0 ${address}`], jobs, apart });
  expect(on(A).removed[0]?.at(-1)).toEqual(why);
  expect(on(A).waits).toEqual([`${staying}/0 after ${leaving}/0`]);
  expect(on(B).waits).toEqual([]);
});

it('needs not go first on another node', () => {
  expect(judged({ wanted: [`gorouter/0 ${B}`], installed: [`haproxy/0 ${A}`] }).waits).toEqual([]);
});

it.each<[string, SurveyFailure, string]>([
  ['does not answer', { code: 'NodeUnreachable', message: 'no route' }, `${A} does not answer; ${ORPHAN}`],
  [
    'has become another machine',
    { code: 'HostKeyMismatch', message: 'another host key' },
    `another host key; ${ORPHAN}`,
  ],
])('leaves what is on a node alone that %s, and waits for nobody', (_what, failure, why) => {
  const { removed, waits } = judged({
    wanted: [`nats/1 ${B}`],
    installed: [`nats/0 ${A}`, `nats/1 ${B}`],
    failures: { [A]: failure },
  });
  expect(removed).toEqual([['nats/0', A, '', NO_LONGER, why]]);
  expect(waits).toEqual([]);
});

it('leaves a node alone that another engine has claimed', () => {
  const { removed } = judged({
    wanted: [`nats/1 ${B}`],
    installed: [`nats/0 ${A}`, `nats/1 ${B}`],
    refusal: 'the node belongs to another engine',
  });
  expect(removed[0]?.slice(2)).toEqual(['', NO_LONGER, `the node belongs to another engine; ${ORPHAN}`]);
});

it.each([
  ['NodeUnreachable', true],
  ['ConnectionLost', true],
  // Half of its work may be done: a newcomer must not be installed beside it.
  ['CommandTimedOut', false],
])('leaves a removal that ended with %s to the next deploy: %s', (code, isLeft) => {
  expect(isOutOfReach(code)).toBe(isLeft);
});
