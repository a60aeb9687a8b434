import { beforeEach, expect, it } from 'vitest';
import type { ClusterContext } from '../../cluster/cluster-context.ts';
import { type ClusterContexts, createClusterContexts } from '../../cluster/cluster-contexts.ts';
import type { NodeContext } from '../../cluster/node-context.ts';
import { ensureSecrets } from '../../cluster/secrets/secrets-of-version.ts';
import { standInSecrets } from '../../cluster/secrets/stand-in-secrets.ts';
import type { Configuration } from '../../domain/configuration.ts';
import { inputChanges } from '../../domain/manifest/input-changes.ts';
import type { NodeProfile } from '../../domain/profiles/profile.ts';
import { PROFILES } from '../../domain/profiles/profiles.ts';
import type { Release } from '../../domain/release/release.ts';
import { v170 } from '../../domain/versions/v170.ts';
import { composedInstances } from '../../rendering/render-cluster.ts';
import type { Store } from '../../store/store.ts';
import { configurationWith, instancesIn } from '../domain/document-example.ts';
import { releaseJob } from '../domain/release-job.ts';
import { openSqlite, useStores } from '../store/stores.ts';

const archive = { sha256: '', size: 0 };
const libyaml = { name: 'libyaml', version: '1', fingerprint: 'y', archive, dependencies: [] };
const RELEASE: Release = {
  name: 'cf',
  version: '170',
  sha256: 'aa'.repeat(32),
  jobs: {
    nats: { ...releaseJob('nats', 'nats.password', 'nats.machines'), packages: ['ruby'] },
    nats_stream_forwarder: releaseJob('nats_stream_forwarder'),
    haproxy: releaseJob('haproxy', 'ha_proxy.ssl_pem'),
  },
  packages: { ruby: { ...libyaml, name: 'ruby', fingerprint: 'r', dependencies: ['libyaml'] }, libyaml },
};
const profile = PROFILES[0] as NodeProfile;
const [NATS, FRONT] = ['10.0.0.1', '10.0.0.2'];
const CONFIGURATION = configurationWith({ nats: [NATS], haproxy: [FRONT] });
const IN_ANOTHER_DOMAIN: Configuration = {
  ...CONFIGURATION,
  properties: { ...CONFIGURATION.properties, domain: 'other.example' },
};

const openStore = useStores(openSqlite);
let store: Store;
let contexts: ClusterContexts;
let isHeld: boolean;
let aptKey: Uint8Array;

beforeEach(async () => {
  store = await openStore();
  isHeld = true;
  aptKey = new Uint8Array();
  contexts = createClusterContexts({
    engine: await store.engine.identity(),
    store,
    mirror: { release: async () => (isHeld ? RELEASE : undefined), aptKey: async () => aptKey },
    shipped: { runnerFile: '/runner', niseBosh: { digest: '', archive: new Uint8Array() }, monitFiles: [] },
    mirrorUrl: (home) => `http://${home}:50001`,
  });
});

const deployed = async (configuration: Configuration): Promise<ClusterContext> => {
  const { number } = await store.configurations.accept(configuration, {});
  return contexts.load(number, RELEASE.sha256);
};
const nodeIn = (context: ClusterContext, address: string): NodeContext =>
  context.node(address, { profile, facts: undefined });
const fingerprints = (context: ClusterContext): (string | undefined)[] =>
  [NATS, FRONT].map((address) => nodeIn(context, address).instances[0]?.fingerprint);

it('plans an instance from the very inputs that a deploy has installed', async () => {
  const installed = await deployed(CONFIGURATION);
  expect(fingerprints(await contexts.preview(CONFIGURATION, RELEASE.sha256))).toEqual(fingerprints(installed));
});

it('plans another certificate for another domain, and nothing else; then the first one again', async () => {
  const installed = await deployed(CONFIGURATION);
  const other = await contexts.preview(IN_ANOTHER_DOMAIN, RELEASE.sha256);
  const changes = [NATS, FRONT].map((address) => {
    const [before, after] = [installed, other].map((each) => nodeIn(each, address).instances[0]?.inputs ?? []);
    return inputChanges(before ?? [], after ?? []);
  });
  expect(changes).toEqual([[], ['properties: ha_proxy.ssl_pem']]);
  await deployed(IN_ANOTHER_DOMAIN);
  expect(fingerprints(await contexts.preview(CONFIGURATION, RELEASE.sha256))).toEqual(fingerprints(installed));
});

it('judges a candidate by the inputs of a deploy, given the same secrets', async () => {
  const installed = await deployed(CONFIGURATION);
  const { domain } = CONFIGURATION.properties;
  const secrets = await ensureSecrets(store.secrets, v170, domain);
  const candidate = { configuration: CONFIGURATION, instances: instancesIn(CONFIGURATION), release: RELEASE };
  const judged = (of: typeof secrets | ReturnType<typeof standInSecrets>) =>
    composedInstances({ ...candidate, version: v170, secrets: of, texts: async () => ({}) }).toSorted((a, b) =>
      a.instance.address.localeCompare(b.instance.address),
    );
  expect(judged(secrets).map(({ fingerprint }) => fingerprint)).toEqual(fingerprints(installed));
  // The gateway has stand-ins: they differ in values alone.
  const kindsAndNames = (lines: readonly string[]) => lines.map((line) => line.split(' ').slice(0, 2));
  expect(judged(standInSecrets(v170)).map(({ inputs }) => kindsAndNames(inputs))).toEqual(
    judged(secrets).map(({ inputs }) => kindsAndNames(inputs)),
  );
});

it('keeps no number and no secret of a preview', async () => {
  await contexts.preview(CONFIGURATION, RELEASE.sha256);
  expect([await store.nodes.numbers(), [...(await store.secrets.known()).keys()]]).toEqual([[], []]);
});

it('gives a node what its own instances need, and a builder what its build is built on besides', async () => {
  const context = await deployed(CONFIGURATION);
  const packages = (builds: ReadonlySet<string>) =>
    context.node(FRONT, { profile, facts: undefined, builds }).packages.map(({ name }) => name);
  expect(nodeIn(context, NATS).packages.map(({ name }) => name)).toEqual(['libyaml', 'ruby']);
  expect(packages(new Set())).toEqual([]);
  expect(packages(new Set([`${profile.name}/package/ruby/r`]))).toEqual(['libyaml', 'ruby']);
});

it('loads a revision once, and again after a failure', async () => {
  const { number } = await store.configurations.accept(CONFIGURATION, {});
  isHeld = false;
  await expect(contexts.load(number, RELEASE.sha256)).rejects.toMatchObject({ code: 'InvalidRelease' });
  isHeld = true;
  const loaded = await contexts.load(number, RELEASE.sha256);
  isHeld = false;
  expect(await contexts.load(number, RELEASE.sha256)).toBe(loaded);
});

it('loads what a revision serves once: every step of every node asks for it', async () => {
  const { number } = await store.configurations.accept(CONFIGURATION, {});
  const served = await contexts.serving(number);
  expect(served.instances.map(({ id }) => id).toSorted()).toEqual(['haproxy/0', 'nats/0']);
  expect(await contexts.serving(number)).toBe(served);
});

it('has the key that the mirror has by now', async () => {
  const { number } = await store.configurations.accept(CONFIGURATION, {});
  const keyOf = async (): Promise<Uint8Array | undefined> =>
    (await contexts.load(number, RELEASE.sha256)).node(NATS, { profile, facts: undefined }).aptKey;
  expect(await keyOf()).toEqual(new Uint8Array());
  aptKey = Uint8Array.of(1, 2);
  expect(await keyOf()).toEqual(Uint8Array.of(1, 2));
});
