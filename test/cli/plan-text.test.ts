import { expect, it } from 'vitest';
import { planText } from '../../cli/plan-text.ts';
import type { PlannedInstance } from '../../domain/plan.ts';
import type { PlanPreview } from '../../domain/plan-preview.ts';

const instance = (id: string, change: PlannedInstance['change'], ...reasons: string[]): PlannedInstance => ({
  id,
  address: '10.0.0.1',
  change,
  reasons,
  steps: [],
  needs: [],
  after: [],
});

const preview = (parts: Partial<PlanPreview>): PlanPreview => ({
  revision: 3,
  release: { name: 'cf', version: '194', sha256: '' },
  nodes: [],
  instances: [],
  builds: {},
  hash: 'abc',
  ...parts,
});

it('says that nothing changes', () => {
  expect(planText(preview({ instances: [instance('nats/0', 'untouched')] }))).toBe(
    'Revision 3, cf 194: no changes\n\nPlan abc',
  );
});

it('shows what changes and why, and counts what stays', () => {
  const text = planText(
    preview({
      instances: [
        instance('nats/0', 'changed', 'packages: gnatsd', 'properties: nats.machines'),
        instance('uaa/0', 'added', 'not installed'),
        instance('dea/0', 'untouched'),
      ],
      nodes: [
        {
          address: '10.0.0.1',
          profile: 'debian-12',
          change: 'changed',
          steps: [{ name: 'transferRelease', reasons: ['job uaa is not there'] }],
        },
        { address: '10.0.0.2', profile: 'debian-12', change: 'untouched', steps: [] },
      ],
      builds: { 'package/uaa/1': '10.0.0.1' },
    }),
  );
  expect(text.split('\n')).toEqual([
    'Revision 3, cf 194: 1 added, 1 changed, 1 untouched',
    '  ~ nats/0 on 10.0.0.1',
    '      packages: gnatsd',
    '      properties: nats.machines',
    '  + uaa/0 on 10.0.0.1',
    '      not installed',
    '',
    'Nodes to prepare: 1 of 2',
    '  ~ 10.0.0.1',
    '      transferRelease: job uaa is not there',
    '',
    'To build first: 1 artefacts, on 10.0.0.1',
    '',
    'Plan abc',
  ]);
});

it('says once why a node cannot be read', () => {
  const steps = (['connect', 'checkDisk'] as const).map((name) => ({ name, reasons: ['no route'] }));
  const nodes = [{ address: '10.0.0.1', profile: undefined, change: 'unreachable' as const, steps }];
  expect(planText(preview({ nodes })).match(/no route/g)).toHaveLength(1);
});
