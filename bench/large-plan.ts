import { join } from 'node:path';
import { composeCluster } from '../cluster/compose-cluster.ts';
import { COMPONENTS, type ComponentName } from '../domain/components.ts';
import type { Configuration } from '../domain/configuration.ts';
import { instancesOf } from '../domain/instance.ts';
import { makePlan } from '../domain/plan/make-plan.ts';
import type { NodeSurvey } from '../domain/plan/survey.ts';
import { Secret } from '../domain/secret.ts';
import { versionOf } from '../domain/versions/versions.ts';
import { readRelease } from '../release/read-release.ts';
import { printTimes } from './print-times.ts';

const ROUNDS = 5;

/** Instances of a cluster on 500 nodes; one of every other component. */
const SIZES: Partial<Record<ComponentName, number>> = {
  nats: 3,
  cloud_controller_ng: 50,
  uaa: 20,
  login: 20,
  hm9000: 4,
  gorouter: 46,
  dea: 350,
};

/** Closures, manifests, inputs and plan of v194 on 500 nodes, all of it changed. Needs CF_RELEASE_DIR and no engine. */
export async function largePlan(): Promise<void> {
  const folder = process.env['CF_RELEASE_DIR'];
  if (folder === undefined) return console.log('large-plan: left out, CF_RELEASE_DIR is not set');
  const file = join(folder, 'cf-194-jobs.tgz');
  const release = await readRelease(
    file,
    { add: async () => ({ sha256: '', size: 0 }) },
    { allowMissingPackages: true },
  );
  const version = versionOf(release);
  const configuration = largeConfiguration();
  const instances = instancesOf(
    COMPONENTS.flatMap((component) =>
      configuration.components[component].map((address, number) => ({ component, address, number })),
    ),
  );
  const times: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const begun = performance.now();
    const parts = {
      configuration,
      instances,
      version,
      release,
      secrets: new Map(version.secrets.map((name) => [name, new Secret(name, `a-secret-of-the-benchmark-${name}`)])),
      niseBoshDigest: '',
    };
    const { designs, compose } = composeCluster(parts);
    const surveys = designs.map((each) => changed(compose(each).instance));
    const limits = { patience: 0, selfRetry: 0, selfRetryMax: 0, startDeadline: 0, maxInFlight: 50 };
    makePlan({ run: 1, revision: 1, release: '', instances, surveys, limits });
    if (round > 0) times.push(performance.now() - begun);
  }
  printTimes(`plan of ${instances.length} nodes`, times);
}

function largeConfiguration(): Configuration {
  let next = 0;
  const address = (): string => `10.1.${(next += 1) >> 8}.${next & 255}`;
  const components = Object.fromEntries(
    COMPONENTS.map((component) => [component, Array.from({ length: SIZES[component] ?? 1 }, address)]),
  ) as Record<ComponentName, string[]>;
  const secret = new Secret('none', 'none');
  return {
    components,
    properties: {
      domain: 'cf.local',
      home: '10.1.255.1',
      diskSize: 15,
      checkDisk: true,
      addUser: true,
      user: 'vcap',
      password: secret,
      rootPassword: secret,
    },
    external: { nats: [] },
  };
}

const changed = ({ id, address }: { readonly id: string; readonly address: string }): NodeSurvey => ({
  address,
  failure: undefined,
  profile: 'debian-12',
  steps: [{ name: 'transferRelease', reasons: ['job differs'] }],
  instances: [{ id, isInstalled: true, steps: [{ name: 'installJob', reasons: ['job differs'] }] }],
  missingBuilds: [],
  fence: 0,
});
