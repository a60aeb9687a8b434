import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { standInSecrets } from '../../cluster/secrets/stand-in-secrets.ts';
import type { Configuration } from '../../domain/configuration.ts';
import { DeploymentEngineError, InputError, type Problem } from '../../domain/errors.ts';
import { instancesKnownBy } from '../../domain/instance.ts';
import { allocatePorts } from '../../domain/manifest/allocate-ports.ts';
import type { Release, ReleaseJob } from '../../domain/release/release.ts';
import { phrase } from '../../domain/text/text.ts';
import { DEFAULT_VERSION, versionOf } from '../../domain/versions/versions.ts';
import { readJobTexts } from '../../rendering/job-texts.ts';
import { createJudge } from '../../rendering/judge-cluster.ts';
import { createMonitJudge } from '../../rendering/monit-judgement.ts';
import type { ClusterToRender } from '../../rendering/render-cluster.ts';
import type { JobTexts } from '../../rendering/sandbox/dry-render-protocol.ts';
import type { Rubies } from '../../rendering/sandbox/rubies.ts';
import type { Store } from '../../store/store.ts';
import { createTurns, RENDERINGS } from '../http/turns.ts';

/**
 * Renders a configuration that is not accepted yet; keeps nothing. Gives warnings. Throws InvalidConfiguration for ports
 * that clash and TemplateError with all problems of all templates.
 */
export type DryRun = (configuration: Configuration) => Promise<readonly Problem[]>;

interface DryRunSources {
  readonly store: Pick<Store, 'nodes'>;
  readonly mirror: {
    /** The one to deploy. */
    release(): Promise<Release | undefined>;
    blobPath(sha256: string): string;
  };
  /** The monit that judges entries, if it is there. */
  readonly monit?: string;
  /** One is kept ready after a rendering, since people post again. Default: each rendering starts its own. */
  readonly rubies?: Rubies;
  /** Default: the real rendering. */
  readonly render?: (cluster: ClusterToRender) => Promise<readonly Problem[]>;
}

/** Judgements remembered; people go to and fro between few configurations. */
const REMEMBERED = 8;

export function createDryRun({ store, mirror, monit, rubies, render = createJudge() }: DryRunSources): DryRun {
  const judged = new Map<string, Promise<readonly Problem[]>>();
  const turns = createTurns(RENDERINGS);
  const read = new Map<string, Promise<JobTexts>>();
  let readOf: string | undefined;
  return async (configuration) => {
    const release = await mirror.release();
    if (release === undefined) return withoutRelease(configuration);
    const cluster = await clusterToRender(configuration, release);
    return onceFor(digestOf(cluster, release), () => turns(() => render(cluster).finally(() => rubies?.prepare())));
  };

  async function clusterToRender(configuration: Configuration, release: Release): Promise<ClusterToRender> {
    const version = versionOf(release);
    return {
      configuration,
      instances: instancesKnownBy(await store.nodes.numbers(), configuration.components),
      release,
      version,
      secrets: standInSecrets(version),
      texts: (job) => textsOf(job, release),
      monit: await createMonitJudge(monit),
      ...(rubies === undefined ? {} : { rubies }),
    };
  }

  /** Those of one release are kept, as people post again. */
  function textsOf(job: ReleaseJob, { sha256 }: Release): Promise<JobTexts> {
    if (sha256 !== readOf) read.clear();
    readOf = sha256;
    const texts = read.get(job.name) ?? archiveOf(job).then(readJobTexts);
    read.set(job.name, texts);
    texts.catch(() => read.delete(job.name));
    return texts;
  }

  async function archiveOf({ name, archive }: ReleaseJob): Promise<Buffer> {
    return readFile(mirror.blobPath(archive.sha256)).catch((cause: unknown) => {
      throw new DeploymentEngineError(
        'EnvironmentLacking',
        phrase(
          'The mirror has lost the archive of job {name}: run ./local_build.sh, which takes the release in again',
          { name },
        ),
        { cause },
      );
    });
  }

  /** The same input is judged once, whatever the judgement; a failure to judge is forgotten. */
  function onceFor(digest: string, judge: () => Promise<readonly Problem[]>): Promise<readonly Problem[]> {
    const judgement = judged.get(digest) ?? judge();
    judged.delete(digest);
    judged.set(digest, judgement);
    for (const oldest of [...judged.keys()].slice(0, -REMEMBERED)) judged.delete(oldest);
    judgement.catch((error: unknown) => (error instanceof InputError && !error.mayPass) || judged.delete(digest));
    return judgement;
  }
}

function withoutRelease(configuration: Configuration): Problem[] {
  allocatePorts(configuration, DEFAULT_VERSION);
  return [{ pointer: '', message: 'no template was rendered: the mirror holds no release yet, run ./local_build.sh' }];
}

const digestOf = ({ configuration, instances }: ClusterToRender, release: Release): string =>
  createHash('sha256')
    .update(JSON.stringify([release.sha256, configuration, instances]))
    .digest('hex');
