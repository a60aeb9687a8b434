import { expect, it } from 'vitest';
import { instance, put, read } from '../../support/monit-instance.ts';

const IN_FORCE = 'monit/job/nats_0.nats.monitrc';
const INSTALLED = 'bosh/instances/nats_0/monit/nats.monitrc';

/** What `survey` says of one instance among others: the words of `status`, and whether it is `outdated`. */
function surveyed(name: string): readonly string[] {
  const { lines } = instance('survey', 'dea_0', 'nats_0', 'uaa_0', 'none_0');
  const from = lines.indexOf(`@@instance ${name}`) + 1;
  const to = lines.findIndex((line, at) => at >= from && line.startsWith('@@instance '));
  const own = lines.slice(from, to === -1 ? undefined : to);
  expect(own.filter((line) => !line.startsWith('@@'))).toEqual(instance('status', name).lines);
  expect(own.includes('@@outdated')).toBe(instance('outdated', name).exitCode === 0);
  return own;
}

it('tells of several instances what is told of each', () => {
  put('bosh/instances/dea_0/monit/dea.monitrc', 'check process dea_next with pidfile /x\n');
  put('bosh/instances/dea_0/started', 'f1\n');
  put('monit/job/dea_0.dea.monitrc', 'check process dea_next with pidfile /x\n');
  put('bosh/instances/uaa_0/monit/uaa.monitrc', 'check process uaa with pidfile /y\n');
  put('bosh/instances/uaa_0/installed', '');
  put('monit/stopped/uaa_0.uaa.monitrc', 'check process uaa with pidfile /y\n');
  expect(surveyed('nats_0')).toEqual(['nats action pending', 'nats_stream_forwarder initializing']);
  expect(surveyed('dea_0')).toEqual(['@@started', '@@outdated', 'dea_next action pending']);
  expect(surveyed('uaa_0')).toEqual(['@@installed', '@@outdated', 'uaa stopped by operator']);
  expect(surveyed('none_0')).toEqual(['@@outdated']);
});

it.each<[string, boolean, () => void]>([
  ['are as installed', false, () => {}],
  ['were changed', true, () => put(IN_FORCE, `${read(IN_FORCE)}# by hand\n`)],
  ['lack their last line end', true, () => put(IN_FORCE, read(IN_FORCE).slice(0, -1))],
  ['hold a strange byte', true, () => put(IN_FORCE, read(IN_FORCE).replace('/x', '/x\u0001y'))],
  ['are empty', true, () => put(IN_FORCE, '')],
  ['stand in two files', true, () => put('monit/job/nats_0.more.monitrc', 'check process more with pidfile /z')],
  ['are of an older release', true, () => put(INSTALLED, read(INSTALLED).replace('/x', '/newer'))],
  ['were not read by monit', true, () => put('bosh/instances/nats_0/loaded', '1 2\n')],
  ['were read with something else', true, () => put('bosh/instances/nats_0/loaded', `${LOADED()}more\n`)],
])('sees entries that %s', (_case, isOutdated, change) => {
  change();
  expect(surveyed('nats_0').includes('@@outdated')).toBe(isOutdated);
});

const LOADED = (): string => read('bosh/instances/nats_0/loaded');
