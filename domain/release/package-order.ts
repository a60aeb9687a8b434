import type { Problem } from '../errors.ts';
import { phrase } from '../text/text.ts';
import type { ReleasePackage } from './release.ts';

type Dependencies = Readonly<Record<string, Pick<ReleasePackage, 'dependencies'>>>;

/** Who asks for packages: its place in the release, and their names in the order it wants them. */
interface Asking {
  readonly pointer: string;
  readonly packages: readonly string[];
}

interface PackageOrder {
  /** Each package after its dependencies, depth first, none twice. */
  readonly order: string[];
  /** At the place of whoever needs it, each package that is not there. */
  readonly lacking: Problem[];
  readonly cycles: Problem[];
}

/** Puts the packages that are asked for and all they need in the order they have to be built in. */
export function packageOrder(packages: Dependencies, asking: readonly Asking[]): PackageOrder {
  const found: PackageOrder = { order: [], lacking: [], cycles: [] };
  const finished = new Set<string>();
  const begun: string[] = [];

  const visit = (name: string, pointer: string): void => {
    if (finished.has(name)) return;
    if (begun.includes(name)) {
      found.cycles.push(cycle([...begun.slice(begun.indexOf(name)), name]));
    } else if (Object.hasOwn(packages, name)) {
      begun.push(name);
      for (const dependency of packages[name]?.dependencies ?? []) visit(dependency, `/packages/${name}`);
      begun.pop();
      finished.add(name);
      found.order.push(name);
    } else found.lacking.push({ pointer, message: phrase('needs package {name}, which the release lacks', { name }) });
  };

  for (const { pointer, packages: names } of asking) for (const name of names) visit(name, pointer);
  return found;
}

const cycle = (names: readonly string[]): Problem => ({
  pointer: `/packages/${names[0]}`,
  message: phrase('needs itself: {circle}', { circle: names.join(' -> ') }),
});
