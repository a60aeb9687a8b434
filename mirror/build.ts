import process from 'node:process';
import { Command, CommanderError } from 'commander';
import { ignoreClosedReaders } from '../domain/closed-readers.ts';
import { counted } from '../domain/counted.ts';
import { DeploymentEngineError, isEngineError } from '../domain/errors.ts';
import { ENVIRONMENT_LACKS, FAILED, WRONG_USAGE } from '../domain/exit-codes.ts';
import { DEFAULT_PROFILE, PROFILES } from '../domain/profiles/profiles.ts';
import { parseSettings } from '../domain/schemas/settings.ts';
import { speakAsSet } from '../domain/text/own-language.ts';
import type { ReleasePlace } from '../release/places/release-place.ts';
import { findRelease } from '../release/read-release.ts';
import { sweepUnfinished } from './blobs/sweep.ts';
import { unpackMonit } from './build-monit.ts';
import { buildProfile, type ProfileOptions } from './build-profile.ts';
import { lackingProfiles } from './completeness.ts';
import { type Layout, layoutOf } from './layout.ts';
import { leftOut } from './left-out.ts';
import { mirrorRoot } from './location.ts';
import { type Mirror, openMirror } from './mirror.ts';
import { makeDefaultRelease, standingRelease } from './releases/default-release.ts';
import { releaseProblems } from './releases/release-problems.ts';

ignoreClosedReaders(process);

// Called by ./local_build.sh: fills the mirror with what the profiles and the release need.

// The caller's clock, so that its lines and ours show the same time.
const startedAt = Number(process.env['LOCAL_BUILD_STARTED'] ?? Date.now() / 1000) * 1000;
const say = (line: string): boolean =>
  process.stdout.write(`[${((Date.now() - startedAt) / 1000).toFixed(1).padStart(6)} s] ${line}\n`);

interface Wanted {
  readonly profiles: readonly string[];
  readonly release: string | undefined;
  readonly blobs: readonly string[];
  readonly options: ProfileOptions;
}

async function build({ profiles, release, blobs, options }: Wanted): Promise<void> {
  speakAsSet(process.env);
  const settings = parseSettings(process.env);
  const root = mirrorRoot(settings);
  const layout = layoutOf(root);
  const mirror = openMirror(root);
  await sweepUnfinished(layout.blobs);

  for (const profile of PROFILES.filter(({ name }) => profiles.includes(name))) {
    say(`profile ${profile.name}: checking`);
    const { repository, sources } = await buildProfile(mirror, layout, profile, options);
    const { changed, packages, bytes } = repository;
    const repositoryNow = `apt repository ${changed ? 'built' : 'unchanged'}, ${counted(packages, 'package')}, ${megabytes(bytes)}`;
    const sourcesNow = `${counted(sources.sources.length, 'source')} ${sources.changed ? 'taken in' : 'unchanged'}`;
    say(`profile ${profile.name}: ${repositoryNow}; ${sourcesNow}`);
    const monit = await unpackMonit(layout, settings.cacheDir, profile.name);
    if (monit !== undefined) say(`profile ${profile.name}: monit entries are checked by ${monit}`);
  }

  if (release !== undefined) await takeIn(mirror, layout, release, blobs);
  else {
    const { name, version } = await standingRelease(mirror);
    say(`release ${name} ${version}: unchanged, taken in before`);
  }
  const lacking = await lackingProfiles(root);
  for (const profile of PROFILES.filter(({ name }) => lacking.includes(name))) leftOut(profile).forEach(say);
}

async function takeIn(mirror: Mirror, layout: Layout, release: string, blobs: readonly string[]): Promise<void> {
  say(`release ${wordsFor(await findRelease(release).catch(() => undefined), release)}: reading`);
  const built = await makeDefaultRelease(mirror, layout, release, blobs);
  const { name, version, jobs, packages } = built.release;
  const counts = `${counted(Object.keys(jobs).length, 'job')}, ${counted(Object.keys(packages).length, 'package')}`;
  say(`release ${name} ${version}: ${built.changed ? 'taken in' : 'unchanged'}, ${counts}`);
}

function wordsFor(place: ReleasePlace | undefined, given: string): string {
  if (place?.kind !== 'checkout' || place.choice.length < 2) return given;
  return `${place.folder}/${place.index} (of ${place.choice.length} there; --release can name another)`;
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

interface Options {
  readonly profile: readonly string[];
  readonly release?: string;
  readonly blobs: readonly string[];
  readonly sources?: string;
  readonly archive?: string;
  readonly archiveKey?: string;
  readonly isComplete: boolean;
}

function readArguments(): Wanted & { readonly onlyAsks: boolean } {
  const {
    profile: profiles,
    release,
    blobs,
    sources,
    archive: url,
    archiveKey: key,
    isComplete: onlyAsks,
  } = new Command('mirror/build.ts')
    .description('Fills the mirror with what the profiles and the release need; ./local_build.sh --help explains each.')
    .option('--profile <name...>', 'may be repeated', [DEFAULT_PROFILE.name])
    .option('--release <release>')
    .option('--blobs <folder...>', 'may be repeated', [])
    .option('--sources <folder>')
    .option('--archive <url>')
    .option('--archive-key <file>')
    .option('--is-complete', 'only ask whether all of the profiles is there: exit 0 or 1', false)
    .exitOverride()
    .parse()
    .opts<Options>();
  const known = PROFILES.map(({ name }) => name);
  const unknown = profiles.filter((name) => !known.includes(name));
  const problems = [
    ...(unknown.length === 0 ? [] : [`There is no profile ${unknown.join(', ')}; there is ${known.join(', ')}.`]),
    ...(url !== undefined && profiles.length > 1 ? ['--archive serves one --profile at a time.'] : []),
    ...(key !== undefined && url === undefined ? ['--archive-key belongs to --archive.'] : []),
  ];
  if (problems.length > 0) throw new DeploymentEngineError('InvalidRequest', problems.join(' '));
  return {
    onlyAsks,
    profiles,
    release,
    blobs,
    options: { sources, archive: url === undefined ? undefined : { url, key } },
  };
}

const lacksAny = async (profiles: readonly string[]): Promise<boolean> =>
  (await lackingProfiles(mirrorRoot(parseSettings(process.env)))).some((name) => profiles.includes(name));

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE;
  if (isEngineError(error, 'EnvironmentLacking')) return ENVIRONMENT_LACKS;
  return isEngineError(error, 'InvalidRequest') || isEngineError(error, 'InvalidSettings') ? WRONG_USAGE : FAILED;
}

try {
  const { onlyAsks, ...wanted } = readArguments();
  if (!onlyAsks) await build(wanted);
  else if (await lacksAny(wanted.profiles)) process.exitCode = FAILED;
} catch (error) {
  // Commander has already said what it did not understand.
  if (!(error instanceof CommanderError)) process.stderr.write(`local_build: ${releaseProblems(error)}\n`);
  process.exitCode = exitCodeOf(error);
}
