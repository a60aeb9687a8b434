import { reasonsOf } from '../../activities/attempt/run-step.ts';
import type { NodeContext, WantedInstance } from '../../cluster/node-context.ts';
import type { NodeProfile } from '../../domain/profiles/profile.ts';
import { PROFILES } from '../../domain/profiles/profiles.ts';
import type { ReleaseJob, ReleasePackage } from '../../domain/release/release.ts';
import { Secret } from '../../domain/secret.ts';
import type { Change, Step } from '../../domain/step.ts';
import { inEnglish } from '../../domain/text/text.ts';
import { configurationWith } from '../domain/document-example.ts';

export const ADDRESS = '10.10.101.182';

/** In no command's text, whatever a step does. */
export const CANARY = 'canary-of-the-manifest';

const PROFILE = PROFILES[0] as NodeProfile;

export const blob = (digit: string) => ({ sha256: digit.repeat(64), size: 10 });

export const NATS_JOB: ReleaseJob = {
  name: 'nats',
  version: '24',
  fingerprint: 'f-nats',
  archive: blob('a'),
  packages: ['common', 'gnatsd'],
  templates: {},
  properties: undefined,
};

const COMMON: ReleasePackage = {
  name: 'common',
  version: '6',
  fingerprint: 'f-common',
  archive: blob('b'),
  dependencies: [],
};
const GNATSD: ReleasePackage = {
  name: 'gnatsd',
  version: '5',
  fingerprint: 'f-gnatsd',
  archive: blob('c'),
  dependencies: ['common'],
};

export const NATS: WantedInstance = {
  instance: { id: 'nats/1', component: 'nats', address: ADDRESS, number: 1, index: 1 },
  jobs: [NATS_JOB],
  packages: ['common', 'gnatsd'],
  special: ['systemNames'],
  settings: { database: undefined, nfsServer: undefined, diskQuota: true },
  manifest: new Secret('manifest', `password: ${CANARY}\n`),
  idle: [],
  rewritten: [],
  inputs: ['job nats f-nats', 'package common f-common', 'property nats.machines d1'],
  inputsText: 'the inputs\n',
  fingerprint: 'wanted-fingerprint',
  naming: () => [],
};

/** A node that carries nats/1. */
export const nodeContext = (context: Partial<NodeContext> = {}): NodeContext => ({
  address: ADDRESS,
  engine: {
    id: 'engine-a',
    publicKey: 'ssh-rsa AAAA deployment-engine',
    privateKey: new Secret('key', CANARY),
  },
  configuration: configurationWith({ haproxy: ['10.10.101.181'], nats: [ADDRESS] }),
  profile: PROFILE,
  release: {
    name: 'cf',
    version: '170',
    sha256: 'd'.repeat(64),
    jobs: { nats: NATS_JOB },
    packages: { common: COMMON, gnatsd: GNATSD },
  },
  instances: [NATS],
  packages: [COMMON, GNATSD],
  jobs: [NATS_JOB],
  releaseManifest: '---\nname: cf\n',
  frontAddress: '10.10.101.181',
  mirrorUrl: 'http://10.10.101.180:50001',
  aptKey: new Uint8Array([1, 2, 3]),
  // Of `echo runner`.
  runnerFile: '/var/lib/deployment-engine/runner-097529ead04edafc.sh',
  niseBosh: { digest: 'nise-bosh-digest', archive: new Uint8Array([4, 5, 6]) },
  monitFiles: [{ path: '/var/vcap/bosh/etc/monitrc', content: 'set daemon 10\n', mode: '0700' }],
  ...context,
});

/** Why a step would change a node whose check printed this. */
export const reasonsFor = <Facts>(step: Step<Facts>, stdout: string, exitCode = 0): string[] =>
  reasonsOf(step.changes(step.check.parse({ stdout, exitCode }))).map(inEnglish);

/** The texts of a step's commands, those of a build included. */
export const textsOf = (changes: readonly Change[]): string[] =>
  changes.flatMap(({ act }) => {
    if (act.kind === 'command') return [act.command.text];
    if (act.kind === 'build')
      return [
        act.compile.text,
        act.unpack.text,
        ...textsOf(act.prepare.map((part) => ({ reason: '', act: part.act }))),
      ];
    return [];
  });
