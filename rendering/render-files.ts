import { readFile } from 'node:fs/promises';
import process from 'node:process';
import type { Configuration } from '../domain/configuration.ts';
import { instancesByPosition, instanceTag } from '../domain/instance.ts';
import { placeholderWarnings } from '../domain/manifest/manifest.ts';
import { DEFAULT_PROFILE } from '../domain/profiles/profiles.ts';
import { parseConfiguration } from '../domain/schemas/configuration.ts';
import { parseSettings } from '../domain/schemas/settings.ts';
import { readJson } from '../domain/schemas/strict-json.ts';
import { countOf } from '../domain/text/counts.ts';
import { inOwnLanguage } from '../domain/text/own-language.ts';
import { phrase, type Text } from '../domain/text/text.ts';
import { versionOf } from '../domain/versions/versions.ts';
import { monitProgram } from '../release/monit/monit-program.ts';
import { createMonitJudge } from './monit-judgement.ts';
import { keptReleaseFile, readForRendering } from './read-for-rendering.ts';
import { renderCluster, renderingWarnings } from './render-cluster.ts';
import { problemsOf, RenderFailure } from './render-failure.ts';
import { renderedFiles, refuseForeignFolder, writeRendering } from './rendering-folder.ts';
import type { Rubies } from './sandbox/rubies.ts';
import { openSecrets } from './secrets-file.ts';

/** Of the command. */
export interface RenderArguments {
  readonly release: string;
  readonly config: string;
  readonly out: string;
  readonly secrets: string | undefined;
}

/** Renders with these rubies, writes files and says so. Throws a RenderFailure, or what `renderCluster` throws. */
export async function renderFiles(
  { release: releaseFile, config, out, secrets: secretsFile }: RenderArguments,
  rubies: Rubies,
): Promise<void> {
  const { cacheDir } = parseSettings(process.env);
  await refuseForeignFolder(out);
  const [{ release, texts }, configuration] = await both(
    located(releaseFile, readForRendering(releaseFile, keptReleaseFile(cacheDir))),
    located(config, readConfiguration(config)),
  );
  for (const { pointer, message } of placeholderWarnings(configuration)) warn(config, pointer, message);
  const version = versionOf(release);
  const { secrets, keep } = await openSecrets(secretsFile, version, configuration.properties);
  const monit = await createMonitJudge(monitProgram(cacheDir, DEFAULT_PROFILE.name));
  const rendered = await renderCluster({
    configuration,
    instances: instancesByPosition(configuration.components),
    release,
    version,
    secrets,
    texts: async ({ name }) => texts[name] ?? {},
    monit,
    rubies,
  });
  for (const { pointer, message } of renderingWarnings(rendered)) warn(releaseFile, pointer, message);
  await keep();
  await writeRendering(out, rendered);
  const counts = rendered.map((each) => ({ tag: instanceTag(each.instance.id), count: renderedFiles(each).size }));
  for (const { tag, count } of counts)
    process.stdout.write(`${inOwnLanguage(phrase('{place}: {what}', { place: tag, what: countOf(count, 'file') }))}\n`);
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  process.stdout.write(`${inOwnLanguage(phrase('monit entries: judged by {name}', { name: monit.name }))}\n`);
  process.stdout.write(
    `${inOwnLanguage(
      phrase('{files} of {instances} of {release} {version} in {folder}', {
        files: countOf(total, 'file'),
        instances: countOf(rendered.length, 'instance'),
        release: release.name,
        version: release.version,
        folder: out,
      }),
    )}\n`,
  );
}

const warn = (file: string, place: string, what: Text): boolean =>
  process.stderr.write(`${inOwnLanguage(phrase('warning: {file} {place}: {what}', { file, place, what }))}\n`);

async function readConfiguration(file: string): Promise<Configuration> {
  const { value, respelled } = readJson(await readFile(file, 'utf8'), 'InvalidConfiguration');
  return parseConfiguration(value, { respelled }).configuration;
}

/** A problem says which of the files has it. */
const located = <Value>(file: string, reading: Promise<Value>): Promise<Value> =>
  reading.catch((error: unknown) => {
    throw new RenderFailure(problemsOf(error).map((problem) => `${file}${problem}`));
  });

/** Tells the problems of both when both fail. */
async function both<First, Second>(first: Promise<First>, second: Promise<Second>): Promise<[First, Second]> {
  const settled = await Promise.allSettled([first, second]);
  const failures = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason as RenderFailure] : []));
  if (failures.length > 0) throw new RenderFailure(failures.flatMap(({ lines }) => lines));
  return [await first, await second];
}
