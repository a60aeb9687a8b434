import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SourceBuild } from '../../domain/profiles/source-build.ts';
import { UBUNTU_BUILDS } from '../../domain/profiles/ubuntu-builds.ts';
import { buildOnNode, prepareBuilder, removeBuilder } from './ubuntu-builds/builder-node.ts';
import { findSources, SOURCES } from './ubuntu-builds/find-sources.ts';
import { howFar, inWords } from './ubuntu-builds/how-far.ts';

// What the Ubuntu profiles build, built on Debian 12 with their flags. A compiler that is ten years younger may refuse what
// theirs took: that ends a build without breaking the proof, which says where. That configure takes the flags must hold.

const MINUTES = 60_000;

const found = new Map(
  await Promise.all(UBUNTU_BUILDS.map(async (build) => [build.name, await findSources(build)] as const)),
);

/** The build up to the first part whose source is not there: each uses what the ones before it have installed. */
function obtainable(build: SourceBuild): SourceBuild {
  const missing = build.parts.findIndex(({ source }) => !found.get(build.name)?.has(source.file));
  return { ...build, parts: missing === -1 ? build.parts : build.parts.slice(0, missing) };
}

const filesOf = ({ parts }: SourceBuild): string => parts.map(({ source }) => source.file).join(', ');
const isWhole = (build: SourceBuild): boolean => obtainable(build).parts.length === build.parts.length;

/** What it needs, where it is left out. */
function nameOf(build: SourceBuild): string {
  const files = build.parts.map(({ source }) => source.file).filter((file) => !found.get(build.name)?.has(file));
  const needs = isWhole(build) ? '' : ` (needs ${files.join(', ')} in ${SOURCES}; docs/profiles.md says from where)`;
  return `builds ${build.name} ${build.version} from ${filesOf(build)}${needs}`;
}

async function buildAndTell(build: SourceBuild): Promise<void> {
  const whole = UBUNTU_BUILDS.includes(build);
  const { output, hasFailed } = await buildOnNode(build, found.get(build.name) ?? new Map(), { isWhole: whole });
  const { parts, stopped } = howFar(output, hasFailed);
  console.log(`${build.name} ${build.version}: ${inWords({ parts, stopped })}`);
  const refused = build.parts.filter(
    ({ how, source }) => how === 'configure' && parts.find(({ file }) => file === source.file)?.reached === 'unpacked',
  );
  expect([refused, parts.length > 0]).toEqual([[], true]);
}

describe('on Debian 12, with the flags of the Ubuntu profiles', () => {
  if (UBUNTU_BUILDS.some((build) => obtainable(build).parts.length > 0)) {
    beforeAll(prepareBuilder, 15 * MINUTES);
    afterAll(removeBuilder);
  }

  it.for(UBUNTU_BUILDS.filter((build) => !isWhole(build) && obtainable(build).parts.length > 0).map(obtainable))(
    'begins $name $version',
    { timeout: 30 * MINUTES },
    buildAndTell,
  );

  for (const build of UBUNTU_BUILDS)
    it.skipIf(!isWhole(build))(nameOf(build), { timeout: 30 * MINUTES }, () => buildAndTell(build));
});
