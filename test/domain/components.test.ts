import { describe, expect, it } from 'vitest';
import { COMPONENT_TRAITS, type ComponentName, COMPONENTS } from '../../domain/components.ts';

const needsOf = (component: ComponentName) => COMPONENT_TRAITS[component].needs;

describe('components', () => {
  it('are the 14 of the document, each with its traits', () => {
    expect(COMPONENTS).toHaveLength(14);
    expect(Object.keys(COMPONENT_TRAITS).toSorted()).toEqual([...COMPONENTS].toSorted());
  });

  it('of which some may have one address only', () => {
    expect(COMPONENTS.filter((name) => COMPONENT_TRAITS[name].single)).toEqual([
      'haproxy',
      'nfs_server',
      'database',
      'etcd',
      'loggregator',
      'syslog_aggregator',
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
