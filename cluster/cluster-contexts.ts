import { createHash } from 'node:crypto';
import type { Configuration } from '../domain/configuration.ts';
import { DeploymentEngineError } from '../domain/errors.ts';
import { type Instance, instancesKnownBy, instancesOf, placesIn } from '../domain/instance.ts';
import type { Release } from '../domain/release/release.ts';
import { phrase } from '../domain/text/text.ts';
import { versionOf } from '../domain/versions/versions.ts';
import type { Store } from '../store/store.ts';
import {
  type ClusterContext,
  clusterContext,
  type EngineParts,
  type ServingContext,
  servingContext,
} from './cluster-context.ts';
import { ensureSecrets, secretsForPreview } from './secrets/secrets-of-version.ts';

export interface ClusterContexts {
  load(revision: number, release: string): Promise<ClusterContext>;
  /** For work on instances as they are installed; needs no release, so it works even if the release is lost. */
  serving(revision: number): Promise<ServingContext>;
  /** What a configuration that is not accepted yet would make of the cluster; stores neither numbers nor secrets. */
  preview(configuration: Configuration, release: string): Promise<ClusterContext>;
}

interface ContextSources extends EngineParts {
  readonly store: Pick<Store, 'configurations' | 'nodes' | 'secrets'>;
  readonly mirror: { release(sha256: string): Promise<Release | undefined>; aptKey(): Promise<Uint8Array> };
}

/** The wanted one, the deployed one, and one that was begun in between. */
const KEPT = 3;

/** Loads contexts; the last three are kept, since all activities of a run ask for the same. */
export function createClusterContexts(sources: ContextSources): ClusterContexts {
  const { store } = sources;
  const loaded = new Map<string, Promise<ClusterContext>>();
  const serving = new Map<number, Promise<ServingContext>>();

  async function load(revision: number, sha256: string, aptKey: Uint8Array): Promise<ClusterContext> {
    const configuration = await configurationOf(store, revision);
    const release = await releaseOf(sources, sha256);
    const { domain } = configuration.properties;
    const secrets = await ensureSecrets(store.secrets, versionOf(release), domain);
    const instances = await numberedInstances(store, configuration);
    return clusterContext({
      engine: sources,
      configuration,
      release,
      secrets,
      instances,
      aptKey,
    });
  }

  const serve = async (revision: number): Promise<ServingContext> => {
    const configuration = await configurationOf(store, revision);
    return servingContext({
      engine: sources,
      configuration,
      instances: await numberedInstances(store, configuration),
    });
  };

  return {
    async load(revision, release) {
      // The mirror may get another one at any time.
      const aptKey = await sources.mirror.aptKey();
      return kept(loaded, `${revision}/${release}/${digestOf(aptKey)}`, () => load(revision, release, aptKey));
    },

    // Neither a revision nor a number that was given ever changes.
    serving: (revision) => kept(serving, revision, () => serve(revision)),

    async preview(configuration, sha256) {
      const release = await releaseOf(sources, sha256);
      const { domain } = configuration.properties;
      return clusterContext({
        engine: sources,
        configuration,
        release,
        secrets: await secretsForPreview(store.secrets, versionOf(release), domain),
        instances: instancesKnownBy(await store.nodes.numbers(), configuration.components),
        aptKey: await sources.mirror.aptKey(),
      });
    },
  };
}

const digestOf = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** What is kept under the key, else loaded; of the others the ones asked for last stay. */
function kept<Key, Context>(all: Map<Key, Promise<Context>>, key: Key, load: () => Promise<Context>): Promise<Context> {
  const known = all.get(key);
  const loading = known ?? load();
  // The newest last.
  all.delete(key);
  all.set(key, loading);
  for (const oldest of [...all.keys()].slice(0, -KEPT)) all.delete(oldest);
  if (known === undefined) loading.catch(() => all.delete(key));
  return loading;
}

async function configurationOf({ configurations }: ContextSources['store'], revision: number): Promise<Configuration> {
  const stored = await configurations.get(revision);
  if (stored !== undefined) return stored.configuration;
  throw new DeploymentEngineError('ConfigMissing', phrase('There is no revision {revision}.', { revision }));
}

async function releaseOf({ mirror }: ContextSources, sha256: string): Promise<Release> {
  const release = await mirror.release(sha256);
  if (release !== undefined) return release;
  throw new DeploymentEngineError(
    'InvalidRelease',
    phrase('The mirror lacks release {release}: run ./local_build.sh.', { release: sha256.slice(0, 16) }),
  );
}

/** Instances with their numbers; the store gives a number to those without. */
const numberedInstances = async (
  { nodes }: ContextSources['store'],
  { components }: Configuration,
): Promise<Instance[]> => instancesOf(await nodes.ensureNumbers(placesIn(components)));
