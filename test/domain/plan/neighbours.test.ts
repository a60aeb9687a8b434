import { expect, it } from 'vitest';
import { afterNeighbours } from '../../../domain/plan/neighbours.ts';
import { COMPONENT_TRAITS } from '../../../domain/components.ts';
import { placeOf } from '../../../domain/instance.ts';
import type { PlannedInstance } from '../../../domain/plan/plan.ts';
import { inEnglish } from '../../../domain/text/text.ts';
import type { PortSetting } from '../../../domain/versions/version.ts';

const [A, B] = ['10.0.0.1', '10.0.0.2'];

const PORTS: PortSetting[] = [
  { component: 'gorouter', protocol: 'tcp', port: 80, movable: { properties: ['router.port'], from: 8180 } },
  { component: 'haproxy', protocol: 'tcp', port: 80 },
  { component: 'uaa', protocol: 'tcp', port: 8180 },
];

const planned = (id: string, address: string, change: PlannedInstance['change']): PlannedInstance => ({
  id,
  address,
  change,
  reasons: [],
  steps: ['installJob', 'start'],
  needs: [],
  after: [],
});

it.each([
  ['the port of a neighbour', 'haproxy/0', 'gorouter/0', 80],
  ['the port that a neighbour may have moved to', 'uaa/0', 'gorouter/0', 8180],
])('comes after the update that may give up %s', (_what, newcomer, neighbour, port) => {
  const [, judged] = afterNeighbours([planned(neighbour, A, 'changed'), planned(newcomer, A, 'added')], {
    ports: PORTS,
    apart: [],
  });
  expect(judged?.afterUpdate).toEqual([neighbour]);
  expect(judged?.reasons.map(inEnglish)).toEqual([`after ${neighbour}, which may be on port ${port}`]);
});

it.each([
  ['on another node', planned('gorouter/0', B, 'changed'), 'haproxy/0'],
  ['that stays as it is', planned('gorouter/0', A, 'untouched'), 'haproxy/0'],
  ['that listens elsewhere', planned('uaa/0', A, 'changed'), 'haproxy/0'],
  // haproxy needs gorouter: each would wait for the other.
  ['that waits for it', planned('haproxy/0', A, 'changed'), 'gorouter/0'],
])('waits for no neighbour %s', (_what, neighbour, newcomer) => {
  const all = [neighbour, planned(newcomer, A, 'added')];
  expect(afterNeighbours(all, { ports: PORTS, apart: [] })).toEqual(all);
});

const APART = [{ job: 'agent', components: ['loggregator'], bearers: ['dea', 'login'] }] as const;

it.each(['login/0', 'dea/0'])('comes after the update of %s that takes away what cannot be beside it', (neighbour) => {
  const needs = COMPONENT_TRAITS[placeOf(neighbour).component].needs;
  const all = [{ ...planned(neighbour, A, 'changed'), needs }, planned('loggregator/0', A, 'added')];
  const [before, judged] = afterNeighbours(all, { ports: [], apart: APART });
  expect(judged?.afterUpdate).toEqual([neighbour]);
  expect(judged?.reasons.map(inEnglish)).toEqual([`after ${neighbour}, which may run agent until then`]);
  // Or the two would wait for each other.
  expect(before?.needs).toEqual(needs.filter(({ component }) => component !== 'loggregator'));
});

it.each([
  ['that never has it', planned('uaa/0', A, 'changed')],
  ['on another node', planned('login/0', B, 'changed')],
])('does not wait for a neighbour %s', (_what, neighbour) => {
  const all = [neighbour, planned('loggregator/0', A, 'added')];
  expect(afterNeighbours(all, { ports: [], apart: APART })).toEqual(all);
});
