import { expect, it } from 'vitest';
import { type Instance, instancesOf, type Numbering } from '../../../domain/instance.ts';
import { previewChanges } from '../../../domain/plan/plan-preview.ts';
import type { NodeSurvey } from '../../../domain/plan/survey.ts';

const place = (component: Instance['component'], number: number, host: number): Numbering[number] => ({
  component,
  number,
  address: `10.0.0.${host}`,
});

/** What a plan says, where these are wanted, those are installed, and some run with files that change. */
function interruptionsOf(
  wanted: Numbering,
  installed: Numbering,
  changing: readonly string[] = [],
  { start = 'runs on older files', down = [] as readonly string[], silent = '' } = {},
) {
  const [instances, before] = [instancesOf(wanted), instancesOf(installed)];
  const addresses = [...new Set([...instances, ...before].map(({ address }) => address))];
  const surveyOf = (address: string): NodeSurvey => ({
    address,
    failure: address === silent ? { code: 'NodeUnreachable', message: 'it does not answer' } : undefined,
    profile: 'debian-12',
    steps: [],
    instances: instances
      .filter((each) => each.address === address)
      .map(({ id }) => {
        const isInstalled = before.some((each) => each.id === id);
        if (!isInstalled) return { id, isInstalled, steps: [{ name: 'installJob', reasons: ['not installed'] }] };
        const steps: NodeSurvey['instances'][number]['steps'] = [
          { name: 'installJob', reasons: ['properties: router.servers.z1'] },
          { name: 'start', reasons: [start] },
        ];
        const isDown = down.includes(id);
        return { id, isInstalled, isDown, steps: changing.includes(id) ? steps : [] };
      }),
    missingBuilds: [],
    fence: 0,
  });
  return previewChanges({ instances, surveys: addresses.map(surveyOf), installed: before }).interruptions?.map(
    ({ what }) => what,
  );
}

const haproxy = place('haproxy', 0, 1);
const routers = [place('gorouter', 0, 2), place('gorouter', 1, 3)];
const FRONT = 'the front page and every app are away';

it('says that the front page is away while haproxy restarts', () => {
  expect(interruptionsOf([haproxy], [haproxy], ['haproxy/0'])).toEqual([`haproxy/0 restarts: ${FRONT} for a moment`]);
});

it('gives the reason of the restart', () => {
  const instances = instancesOf([haproxy]);
  const steps = [
    { name: 'installJob' as const, reasons: ['properties: router.servers.z1'] },
    { name: 'start' as const, reasons: ['runs on older files'] },
  ];
  const survey: NodeSurvey = {
    address: haproxy.address,
    failure: undefined,
    profile: 'debian-12',
    steps: [],
    instances: [{ id: 'haproxy/0', isInstalled: true, steps }],
    missingBuilds: [],
    fence: 0,
  };
  const { interruptions } = previewChanges({ instances, surveys: [survey], installed: instances });
  expect(interruptions).toMatchObject([{ instance: 'haproxy/0', reasons: ['properties: router.servers.z1'] }]);
});

it.each([
  ['nothing restarts', interruptionsOf([haproxy, ...routers], [haproxy, ...routers])],
  ['a component that nobody would miss', interruptionsOf([place('nats', 0, 1)], [place('nats', 0, 1)], ['nats/0'])],
  [
    'it was stopped by an operator',
    interruptionsOf([haproxy], [haproxy], ['haproxy/0'], { start: 'stopped by operator' }),
  ],
  ['it was never started', interruptionsOf([haproxy], [haproxy], ['haproxy/0'], { start: 'not started yet' })],
  ['it is installed for the first time', interruptionsOf([haproxy], [])],
  ['another one stays up', interruptionsOf(routers, routers, ['gorouter/0', 'gorouter/1'])],
  ['another one leaves only afterwards', interruptionsOf(routers.slice(0, 1), routers, ['gorouter/0'])],
])('says nothing where %s', (_, interruptions) => {
  expect(interruptions).toEqual([]);
});

it.each([
  ['does not run', { down: ['gorouter/1'] }],
  ['is on a machine that does not answer', { silent: '10.0.0.3' }],
])('does not count on another one that %s', (_, peer) => {
  const planned = interruptionsOf(routers, routers, ['gorouter/0', 'gorouter/1'], peer);
  expect(planned).toEqual([`gorouter/0 restarts: ${FRONT} for a moment`]);
});

it('does not count on one that comes only now', () => {
  expect(interruptionsOf(routers, routers.slice(0, 1), ['gorouter/0'])).toEqual([
    `gorouter/0 restarts: ${FRONT} for a moment`,
  ]);
});

it('does not count on a first one that goes before its successor changes', () => {
  expect(interruptionsOf(routers.slice(1), routers, ['gorouter/1'])).toEqual([
    `gorouter/1 restarts: ${FRONT} for a moment`,
  ]);
});

it('says that one that moves goes before it runs elsewhere', () => {
  expect(interruptionsOf([place('haproxy', 1, 2)], [haproxy])).toEqual([
    `haproxy/0 goes before haproxy/1 runs on 10.0.0.2: ${FRONT} until then`,
  ]);
});

it('says who misses a component that goes altogether', () => {
  const nats = [place('nats', 0, 4), place('nats', 1, 5)];
  expect(interruptionsOf([haproxy, ...routers], [haproxy, ...routers, ...nats])).toEqual([
    'no nats is left: gorouter needs it',
  ]);
  expect(interruptionsOf(routers, [haproxy, ...routers])).toEqual([`no haproxy is left: ${FRONT} for good`]);
  expect(interruptionsOf([haproxy], [haproxy, place('collector', 0, 4)])).toEqual([]);
});
