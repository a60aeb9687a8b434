import { describe, expect, it } from 'vitest';
import { COMPONENT_TRAITS, type ComponentName, COMPONENTS } from '../../domain/components.ts';

const needsOf = (component: ComponentName) => COMPONENT_TRAITS[component].needs;

describe('components', () => {
  it('are the 14 of table 1, each with the machines that it may have and what one of them needs at least', () => {
    const rows = COMPONENTS.map((name) => {
      const { single, minimum } = COMPONENT_TRAITS[name];
      return [name, single ? 'one' : 'several', ...Object.values(minimum)];
    });
    expect(rows).toEqual([
      ['haproxy', 'one', 1, 1024, 5120],
      ['nats', 'several', 1, 1024, 5120],
      ['nfs_server', 'one', 1, 1024, 20_480],
      ['database', 'one', 1, 1024, 13_312],
      ['cloud_controller_ng', 'several', 1, 4096, 13_312],
      ['etcd', 'one', 1, 1024, 5120],
      ['uaa', 'several', 1, 1024, 5120],
      ['login', 'several', 1, 1024, 5120],
      ['hm9000', 'several', 1, 1024, 5120],
      ['loggregator', 'one', 1, 2048, 10_240],
      ['collector', 'several', 1, 1024, 5120],
      ['syslog_aggregator', 'one', 1, 1024, 5120],
      ['gorouter', 'several', 1, 2048, 10_240],
      ['dea', 'several', 2, 4096, 35_840],
    ]);
  });

  it('can be started in some order: no need leads back', () => {
    const reach = (name: ComponentName, path: readonly ComponentName[]): void => {
      expect(path).not.toContain(name);
      for (const { component } of needsOf(name)) reach(component, [...path, name]);
    };
    for (const name of COMPONENTS) reach(name, []);
  });

  it('need no component twice', () => {
    for (const name of COMPONENTS) {
      const needed = needsOf(name).map(({ component }) => component);
      expect(new Set(needed).size, name).toBe(needed.length);
    }
  });
});
