import { DeploymentEngineError, InputError } from './errors.ts';
import type { Problem } from './errors.ts';
import type { Release } from './release.ts';

/**
 * The packages the jobs need, in the order nise-bosh installs them: job after job in the order given, depth first over
 * each job's list, a package after its dependencies, none twice.
 * Throws PackageCycle naming the cycle, or InvalidRelease naming every job and package the release lacks.
 */
export function packagesOf(
  { jobs, packages }: Pick<Release, 'jobs' | 'packages'>,
  jobNames: readonly string[],
): string[] {
  const order = new Set<string>();
  const missing = new Map<string, string>();
  const lack = (pointer: string, message: string): unknown => missing.has(pointer) || missing.set(pointer, message);

  const visit = (name: string, neededBy: string, path: readonly string[]): void => {
    if (order.has(name)) return;
    if (path.includes(name)) throw packageCycle([...path.slice(path.indexOf(name)), name]);
    if (!Object.hasOwn(packages, name)) {
      lack(`/packages/${name}`, `missing, but needed by ${neededBy}`);
      return;
    }
    for (const dependency of packages[name]?.dependencies ?? []) visit(dependency, `package ${name}`, [...path, name]);
    order.add(name);
  };

  for (const job of jobNames) {
    if (Object.hasOwn(jobs, job)) for (const name of jobs[job]?.packages ?? []) visit(name, `job ${job}`, []);
    else lack(`/jobs/${job}`, 'missing from the release');
  }

  if (missing.size > 0) throw new InputError('InvalidRelease', problemsIn(missing));
  return [...order];
}

const problemsIn = (missing: ReadonlyMap<string, string>): Problem[] =>
  [...missing].map(([pointer, message]) => ({ pointer, message }));

const packageCycle = (cycle: readonly string[]): DeploymentEngineError =>
  new DeploymentEngineError('PackageCycle', `Packages depend on each other: ${cycle.join(' -> ')}`, {
    details: { cycle },
  });
