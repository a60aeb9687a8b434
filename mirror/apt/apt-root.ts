import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { writeDurably } from '../blobs/durable-file.ts';
import { runProgram } from '../run-program.ts';
import { binaryLines, sourceLines } from './archive-sources.ts';
import { acquireSettings, architecture } from './machine-apt.ts';
import type { PackageOrigin } from './package-origin.ts';
import type { Wish } from './wish.ts';

/** An apt root of our own beside the machine's: same archive, other suite, nothing installed. */
export interface AptRoot {
  /** The folder of downloaded packages. */
  readonly archives: string;
  /** Runs one apt-get command in this root; throws `EnvironmentLacking` when the archive cannot be reached. */
  get(verb: AptVerb, words?: readonly string[], options?: AptOptions): Promise<string>;
}

type AptVerb = 'update' | 'install' | 'source';

interface AptOptions {
  /** Kind of packages. Default: `binaries`. */
  readonly of?: 'binaries' | 'sources';
  /** The folder source archives go to. */
  readonly cwd?: string;
}

/** Makes the root below `directory`, or uses the one there with its downloads. */
export async function openAptRoot(
  directory: string,
  wish: Wish,
  { sources, keyring }: PackageOrigin,
): Promise<AptRoot> {
  const options = { architecture: await architecture(), keyring };
  for (const folder of ['archives/partial', 'binaries/partial', 'sources/partial', 'no-parts'])
    await mkdir(path.join(directory, folder), { recursive: true });

  // Nothing counts as installed, so the closure has whatever a node of any patch level may lack.
  await writeDurably(path.join(directory, 'status'), '');
  await writeDurably(path.join(directory, 'binaries.list'), binaryLines(sources, options));
  await writeDurably(path.join(directory, 'sources.list'), sourceLines(sources, wish.suite, options));
  const configuration = path.join(directory, 'apt.conf');
  await writeDurably(configuration, await configurationOf(directory, options.architecture), 0o600); // a proxy's password

  return {
    archives: path.join(directory, 'archives'),
    get: (verb, words = [], { of = 'binaries', cwd = directory } = {}) => {
      const which = [
        '-o',
        `Dir::Etc::sourcelist=${directory}/${of}.list`,
        '-o',
        `Dir::State::lists=${directory}/${of}`,
      ];
      return runProgram('apt-get', [verb, '-qq', '-y', ...which, ...words], {
        cwd,
        environment: { APT_CONFIG: configuration, DEBIAN_FRONTEND: 'noninteractive' },
      }).catch((cause: unknown) => {
        throw archiveFailed(verb, cause);
      });
    },
  };
}

const configurationOf = async (directory: string, own: string): Promise<string> => `${await acquireSettings()}
Dir::Etc::main "/dev/null";
Dir::Etc::parts "${directory}/no-parts";
Dir::Etc::sourceparts "${directory}/no-parts";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "${directory}/no-parts";
Dir::State "${directory}";
Dir::State::status "${directory}/status";
Dir::State::extended_states "${directory}/extended_states";
Dir::Cache "${directory}";
Dir::Cache::archives "${directory}/archives";
APT::Architecture "${own}";
APT::Architectures "${own}";
APT::Install-Recommends "false";
APT::Install-Suggests "false";
APT::Get::AllowUnauthenticated "false";
APT::Sandbox::User "root";
APT::Update::Error-Mode "any";
Acquire::Languages "none";
Acquire::Retries "3";
Acquire::ForceHash "SHA256";
`;

function archiveFailed(verb: AptVerb, cause: unknown): DeploymentEngineError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new DeploymentEngineError(
    'EnvironmentLacking',
    `The package archive did not give what the mirror needs (apt-get ${verb}). ` +
      `Without a network, carry a mirror over from another machine (docs/offline-mirror.md). ${message}`,
    { cause },
  );
}
