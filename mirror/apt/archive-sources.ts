import type { PackageArchive } from '../../domain/profiles/profile.ts';

/** One index of this machine's apt: where a component of a suite comes from. */
export interface IndexTarget {
  readonly uri: string;
  /** The suite as this machine's sources name it: `bookworm-security`, `stable`. */
  readonly release: string;
  readonly codename: string;
  readonly origin: string;
  readonly component: string;
}

/** For `apt-get indextargets --format`. */
export const INDEX_TARGET_FORMAT = '$(REPO_URI)|$(RELEASE)|$(CODENAME)|$(ORIGIN)|$(COMPONENT)';

/** Parses the output of `apt-get indextargets`; apt leaves an unknown field as `$(NAME)`, which becomes empty. */
export const parseIndexTargets = (output: string): IndexTarget[] =>
  output
    .split('\n')
    .filter((line) => line.includes('|'))
    .map((line) => {
      const [uri = '', release = '', codename = '', origin = '', component = ''] = line
        .split('|')
        .map((field) => (field.startsWith('$(') ? '' : field));
      return { uri, release, codename: codename || release, origin, component };
    });

export interface WantedArchive {
  /** `debian`: only sources of this origin are used, without third parties' packages. */
  readonly distribution: string;
  /** Code name of this machine's system. */
  readonly machineSuite: string;
  /** Code name of the nodes' system, which may differ. */
  readonly suite: string;
}

export interface ArchiveSource {
  readonly uri: string;
  readonly suite: string;
  readonly component: string;
}

/** This machine's package sources (main, updates, security), changed to the wanted suite. */
export function archiveSources(targets: readonly IndexTarget[], wanted: WantedArchive): ArchiveSource[] {
  const { distribution, machineSuite, suite } = wanted;
  const sources = targets
    .filter(({ origin }) => origin === '' || origin.toLowerCase() === distribution)
    .filter(({ codename }) => codename === machineSuite || codename.startsWith(`${machineSuite}-`))
    .map(({ uri, codename, component }) => ({ uri, suite: codename.replace(machineSuite, suite), component }));
  return [...new Map(sources.map((source) => [JSON.stringify(source), source])).values()];
}

/** The suites and components of an archive that is named by its address. */
export const sourcesAt = (uri: string, { suite, updates, components }: PackageArchive): ArchiveSource[] =>
  [suite, ...updates].flatMap((each) => components.map((component) => ({ uri, suite: each, component })));

interface SourceOptions {
  readonly architecture: string;
  /** Absent: apt trusts what the machine's apt trusts. */
  readonly keyring: string | undefined;
}

/** apt's one-line form for binary packages. */
export const binaryLines = (sources: readonly ArchiveSource[], { architecture, keyring }: SourceOptions): string =>
  sources.map((source) => `deb [arch=${architecture}${signedBy(keyring)}] ${place(source)}\n`).join('');

/** apt's one-line form for source packages, of the main suite only: the others may have none. */
export const sourceLines = (sources: readonly ArchiveSource[], mainSuite: string, options: SourceOptions): string =>
  sources
    .filter(({ suite }) => suite === mainSuite)
    .map((source) => `deb-src [arch=${options.architecture}${signedBy(options.keyring)}] ${place(source)}\n`)
    .join('');

const place = ({ uri, suite, component }: ArchiveSource): string => `${uri} ${suite} ${component}`;
const signedBy = (keyring: string | undefined): string => (keyring === undefined ? '' : ` signed-by=${keyring}`);
