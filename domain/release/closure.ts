import { InputError, type Problem } from '../errors.ts';
import { packageOrder } from './package-order.ts';
import type { Release } from './release.ts';

/**
 * The packages the jobs need, in the order nise-bosh installs them: job after job in the order given, depth first over
 * each job's list, a package after its dependencies, none twice.
 * Throws InvalidRelease with every job and package the release lacks and every cycle; PackageCycle if there are only
 * cycles.
 */
export function packagesOf(
  { jobs, packages }: Pick<Release, 'jobs' | 'packages'>,
  jobNames: readonly string[],
): string[] {
  const known = jobNames.filter((name) => Object.hasOwn(jobs, name));
  const { order, lacking, cycles } = packageOrder(
    packages,
    known.map((name) => ({ pointer: `/jobs/${name}`, packages: jobs[name]?.packages ?? [] })),
  );
  const unknown = jobNames.filter((name) => !known.includes(name));
  refuseRelease([...unknown.map(lacksJob), ...lacking], cycles);
  return order;
}

/** Packages and all they are built with, each after its dependencies; what the release lacks is passed over. */
export const withDependencies = ({ packages }: Pick<Release, 'packages'>, names: readonly string[]): string[] =>
  packageOrder(packages, [{ pointer: '/packages', packages: names }]).order;

/** Throws InvalidRelease with all problems, or PackageCycle when cycles are all there is; nothing when there is none. */
export function refuseRelease(problems: readonly Problem[], cycles: readonly Problem[]): void {
  const all = [...problems, ...cycles];
  if (all.length > 0) throw new InputError(problems.length > 0 ? 'InvalidRelease' : 'PackageCycle', all);
}

const lacksJob = (name: string): Problem => ({ pointer: `/jobs/${name}`, message: 'is not in the release' });
