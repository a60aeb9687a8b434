import { InputError } from '../errors.ts';
import type { Instance } from '../instance.ts';
import { phrase } from '../text/text.ts';
import { jobsOf, type ReleaseVersion } from '../versions/version.ts';
import { type Release, releaseTitle } from './release.ts';

interface Cluster {
  readonly instances: readonly Instance[];
  readonly release: Pick<Release, 'name' | 'version' | 'from' | 'jobs'>;
  readonly version: ReleaseVersion;
}

/** Throws InvalidRelease with every job that the cluster needs and the release lacks. */
export function refuseLackingJobs({ instances, release, version }: Cluster): void {
  const needed = instances.flatMap((instance) =>
    jobsOf(version, instance, instances).map((job) => ({ job, component: instance.component })),
  );
  const lacking = Object.groupBy(
    needed.filter(({ job }) => !Object.hasOwn(release.jobs, job)),
    ({ job }) => job,
  );
  const problems = Object.entries(lacking).map(([job, needs = []]) => ({
    pointer: `/jobs/${job}`,
    message: phrase(
      'is not in {release}, but {components} needs it; use a release that has it (./local_build.sh --release, or DEPLOYMENT_ENGINE_RELEASE)',
      { release: releaseTitle(release), components: [...new Set(needs.map(({ component }) => component))] },
    ),
  }));
  if (problems.length > 0) throw new InputError('InvalidRelease', problems);
}
