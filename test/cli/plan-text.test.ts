import { expect, it } from 'vitest';
import { planText } from '../../cli/plan-text.ts';
import type { PlanPreview, PreviewedInstance } from '../../domain/plan/plan-preview.ts';

const instance = (id: string, change: PreviewedInstance['change'], ...reasons: string[]): PreviewedInstance => ({
  id,
  address: '10.0.0.1',
  change,
  reasons,
  steps: [],
  needs: [],
  after: [],
  obstacles: [],
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

it('says which nodes are given back, and why one cannot be yet', () => {
  const node = (address: string, change: 'removed' | 'unreachable', reason: string) =>
    ({ address, profile: undefined, change, steps: [{ name: 'giveBack', reasons: [reason] }] }) as const;
  const nodes = [node('10.0.0.8', 'removed', 'it carries nothing'), node('10.0.0.9', 'unreachable', 'no route')];
  expect(planText(preview({ instances: [instance('nats/0', 'untouched')], nodes })).split('\n')).toEqual([
    'Revision 3, cf 194: 1 untouched, 1 node to give back; 1 node not looked at',
    '',
    'Nodes to prepare: 2 of 2',
    '  - 10.0.0.8',
    '      giveBack: it carries nothing',
    '  ? 10.0.0.9: no route',
    '',
    'Plan abc',
  ]);
});

it('shows what nodes are warned of, also of those with nothing to do', () => {
  const node = { address: '10.0.0.1', profile: 'debian-12', change: 'untouched' as const, steps: [] };
  const text = planText(preview({ nodes: [{ ...node, warnings: ['the account ops expires on 2026-01-31'] }] }));
  expect(text.split('\n')).toEqual([
    'Revision 3, cf 194: no changes',
    '',
    'Warnings',
    '  ! 10.0.0.1: the account ops expires on 2026-01-31',
    '',
    'Plan abc',
  ]);
});

it('says which DNS record is missing', () => {
  const dns = { record: '*.cf.test. IN A 10.0.0.1', servers: ['10.0.0.53'], isThere: true, findings: [] };
  expect(planText(preview({ dns }))).not.toContain('DNS');
  const finding = {
    check: 'dns',
    where: 'name servers 10.0.0.53',
    severity: 'slows',
    what: 'api.cf.test is not known',
    remedy: 'add the record',
  } as const;
  expect(planText(preview({ dns: { ...dns, isThere: false, findings: [finding] } }))).toContain(
    '\nDNS: add the record\n  api.cf.test is not known\n',
  );
});

it('shows the host key of a node that nobody has met', () => {
  const node = { address: '10.0.0.1', profile: 'debian-12', change: 'added' as const, steps: [] };
  expect(planText(preview({ nodes: [{ ...node, hostKey: 'SHA256:shown' }] }))).toContain(
    '      SSH host key SHA256:shown, met for the first time: compare it\n',
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

it('lets stand out what only an operator can help, and says it once', () => {
  const [old, none] = ['10.0.0.1: the certificate has expired', '10.0.0.1 has no kernel module nfsd'];
  const instances = [
    { ...instance('haproxy/0', 'changed', old), obstacles: [old] },
    { ...instance('nfs_server/0', 'added', 'not installed'), obstacles: [none] },
  ];
  expect(planText(preview({ instances })).split('\n').slice(1, -2)).toEqual([
    '  ~ haproxy/0 on 10.0.0.1',
    `      ! ${old}`,
    '  + nfs_server/0 on 10.0.0.1',
    '      not installed',
    `      ! ${none}`,
  ]);
});

it('says what users miss meanwhile, and why', () => {
  const what = 'haproxy/0 restarts: the front page and every app are away for a moment';
  const interruptions = [{ instance: 'haproxy/0', what, reasons: ['properties: router.servers.z1'] }];
  const instances = [instance('haproxy/0', 'changed', 'properties: router.servers.z1')];
  expect(planText(preview({ instances, interruptions })).split('\n').slice(1, -2)).toEqual([
    '  ~ haproxy/0 on 10.0.0.1',
    '      properties: router.servers.z1',
    '',
    'Interruptions',
    `  ! ${what} (properties: router.servers.z1)`,
  ]);
});

it('names the first of many properties', () => {
  const names = Array.from({ length: 12 }, (_, index) => `+cc.p${index}`);
  const text = planText(preview({ instances: [instance('uaa/0', 'changed', `properties: ${names.join(', ')}`)] }));
  expect(text.split('\n')[2]).toBe(`      properties: ${names.slice(0, 10).join(', ')} and 2 more`);
});

it('names the steps of a new node, and the first reasons of one that is known', () => {
  const steps = [
    { name: 'connect' as const, reasons: ['no runner'] },
    {
      name: 'compilePackages' as const,
      reasons: [1, 2, 3, 4, 5, 6, 7].map((number) => `package p${number} is not there`),
    },
  ];
  const text = planText(
    preview({
      nodes: [
        { address: '10.0.0.1', profile: 'debian-12', change: 'added', steps },
        { address: '10.0.0.2', profile: 'debian-12', change: 'changed', steps },
      ],
    }),
  );
  expect(text.split('\n').slice(3, -2)).toEqual([
    '  + 10.0.0.1',
    '      connect, compilePackages',
    '  ~ 10.0.0.2',
    '      connect: no runner',
    `      compilePackages: ${[1, 2, 3, 4, 5].map((number) => `package p${number} is not there`).join('; ')} and 2 more`,
  ]);
});

it('says in one line that a node does not answer', () => {
  const steps = [{ name: 'connect' as const, reasons: ['does not answer; looked at when it does'] }];
  const nodes = [{ address: '10.0.0.1', profile: undefined, change: 'unreachable' as const, steps, isUnread: true }];
  expect(planText(preview({ nodes, instances: [instance('nats/0', 'untouched')] })).split('\n')).toEqual([
    'Revision 3, cf 194: no changes; 1 node not looked at',
    '',
    'Nodes to prepare: 1 of 1',
    '  ? 10.0.0.1: does not answer; looked at when it does',
    '',
    'Plan abc',
  ]);
});
