import { expect, it } from 'vitest';
import { machineFindings, type SeenMachine } from '../../../domain/node/judge-machine.ts';
import { inEnglish } from '../../../domain/text/text.ts';

const READY: SeenMachine = {
  facts: {
    hostname: 'node',
    system: 'debian-12',
    kernel: '6.1.0-18-amd64',
    architecture: 'x86_64',
    processors: 2,
    memoryKiB: 8_000_000,
    diskBytes: 50e9,
    bootId: '',
    clockSkew: 0,
    bootCommandLine: '',
    hasCgroups: true,
    isContainer: false,
    resolvesApi: false,
  },
  packageArchitecture: 'amd64',
  skew: 0,
  isSilent: false,
  stranger: undefined,
  reachesMirror: true,
};

const findings = (
  seen: Partial<SeenMachine>,
  mirror = { isFilled: true, architecture: 'amd64' as string | undefined },
) =>
  machineFindings(
    { ...READY, ...seen },
    {
      address: '10.0.0.1',
      components: ['dea'],
      properties: { checkDisk: true, diskSize: 15, home: '10.0.0.254' },
      mirror,
    },
  ).map(({ check, severity, what }) => `${severity} ${check}: ${inEnglish(what)}`);

const facts = (some: Partial<SeenMachine['facts']>) => ({ facts: { ...READY.facts, ...some } });

it('finds nothing on a machine that is ready', () => {
  expect(findings({})).toEqual([]);
});

it.each([
  [{ skew: 31 }, ["slows clock: its clock is 31 s ahead of the control machine's"]],
  [{ skew: -400 }, ["slows clock: its clock is 400 s behind the control machine's"]],
  [{ skew: 30 }, []],
  [facts({ system: 'plan9-4' }), ['stops system: its system is plan9-4, which no profile serves']],
  [{ packageArchitecture: 'arm64' }, ["stops architecture: it is arm64, and the mirror's packages are for amd64"]],
  [{ packageArchitecture: '' }, []],
  [{ stranger: 'engine-b' }, ['stops owner: it belongs to another engine (engine-b)']],
  [{ isSilent: true }, ['slows names: no name server of it answers: every look-up of a name waits']],
  [{ reachesMirror: false }, ['stops mirror: it does not reach the mirror at 10.0.0.254']],
  [{ reachesMirror: undefined }, []],
  [
    facts({ processors: 1, memoryKiB: 1_000_000 }),
    [
      'slows processors and memory: it has 1 processor; dea asks for 2',
      'slows processors and memory: it has 977 MiB of memory; dea asks for 4096',
    ],
  ],
  [
    facts({ diskBytes: 15e9 }),
    [
      'stops disk: the disk of / has 15 GB; disksize asks for more than 15',
      'slows processors and memory: it has a disk of 15 GB; dea asks for 35',
    ],
  ],
])('%o', (seen, expected) => {
  expect(findings(seen)).toEqual(expected);
});

it('names the command that fills the mirror for the system', () => {
  expect(findings({}, { isFilled: false, architecture: undefined })).toEqual([
    'stops system: the mirror holds nothing for its system, debian-12',
  ]);
});
