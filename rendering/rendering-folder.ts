import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { createManifestWriter } from '../cluster/manifest-yaml.ts';
import { DeploymentEngineError } from '../domain/errors.ts';
import { phrase } from '../domain/text/text.ts';
import { instanceTag } from '../domain/instance.ts';
import type { RenderedInstance } from './render-cluster.ts';
import type { FileContent } from './sandbox/dry-render-protocol.ts';

/** Nearly every file holds a secret. */
const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;
const PRIVATE_PROGRAM = 0o700;

/** The files in the folder of an instance: path to content. */
export const renderedFiles = ({ jobs, monit }: RenderedInstance): Map<string, FileContent> =>
  new Map([
    ...Object.entries(jobs).flatMap(([job, files]) =>
      Object.entries(files).map(([file, text]) => [`jobs/${job}/${file}`, text] as const),
    ),
    ...Object.entries(monit).map(([job, text]) => [`monit/${job}.monitrc`, text] as const),
  ]);

/**
 * Throws InvalidRequest for a folder that holds anything but a former rendering: it would be lost.
 */
export async function refuseForeignFolder(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const checked = await Promise.all(names.map(async (name) => ((await isRendering(folder, name)) ? [] : [name])));
  const foreign = checked.flat();
  if (foreign.length > 0)
    throw new DeploymentEngineError(
      'InvalidRequest',
      phrase('{folder} is not empty and no former rendering (it has {names}): name another folder', {
        folder,
        names: foreign.slice(0, 3),
      }),
    );
}

const isRendering = async (folder: string, name: string): Promise<boolean> =>
  /^[a-z][a-z0-9_]*_\d+$/.test(name) &&
  (await Promise.all(['manifest.yml', 'spec.json'].map((file) => isFile(path.join(folder, name, file))))).every(
    Boolean,
  );

const isFile = (file: string): Promise<boolean> =>
  stat(file).then(
    (found) => found.isFile(),
    () => false,
  );

/** Writes `COMPONENT_NUMBER/{manifest.yml, spec.json, jobs/JOB/PATH, monit/JOB.monitrc}`, all of it or nothing. */
export async function writeRendering(folder: string, instances: readonly RenderedInstance[]): Promise<void> {
  const target = path.resolve(folder);
  await mkdir(path.dirname(target), { recursive: true });
  const workshop = await mkdtemp(path.join(path.dirname(target), `.${path.basename(target)}-`));
  try {
    const fresh = path.join(workshop, 'new');
    const yamlOf = createManifestWriter();
    for (const instance of instances)
      writeInstance(path.join(fresh, instanceTag(instance.instance.id)), instance, yamlOf(instance.manifest));
    await replace(target, fresh, path.join(workshop, 'old'));
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}

/** At once, since nothing else waits: hundreds of small files take a third of the time. */
function writeInstance(folder: string, rendered: RenderedInstance, manifest: string): void {
  const files = new Map<string, FileContent>([
    ['manifest.yml', manifest],
    ['spec.json', `${JSON.stringify(rendered.spec, undefined, 2)}\n`],
    ...renderedFiles(rendered),
  ]);
  for (const below of new Set([...files.keys()].map((file) => path.dirname(file))))
    mkdirSync(path.join(folder, below), { recursive: true, mode: PRIVATE_FOLDER });
  for (const [file, content] of files)
    writeFileSync(path.join(folder, file), bytesOf(content), {
      mode: file.includes('/bin/') ? PRIVATE_PROGRAM : PRIVATE_FILE,
    });
}

const bytesOf = (content: FileContent): string | Buffer =>
  typeof content === 'string' ? content : Buffer.from(content.base64, 'base64');

async function replace(target: string, fresh: string, old: string): Promise<void> {
  await rename(target, old).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rename(fresh, target).catch(async (error: unknown) => {
    await rename(old, target).catch(() => undefined);
    throw error;
  });
}
