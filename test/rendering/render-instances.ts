import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { manifestToYaml } from '../../cluster/manifest-yaml.ts';
import { instanceTag } from '../../domain/instance.ts';
import type { InstanceManifest } from '../release/cf-release.ts';

const NISE_BOSH = join(import.meta.dirname, '../../node/nise_bosh/lib/nise_bosh/installing.rb');

/** One command line after the other in one process, which saves most of the time; JRuby's programs read its input away. */
const PROGRAM = `
  require 'json'
  require ${JSON.stringify(NISE_BOSH)}
  STDIN.readlines.each do |line|
    words = JSON.parse(line)
    NiseBosh::Cli.new.run(words) == 0 or warn("in #{words.join(' ')}")
  end
`;

/** A release tarball's content in a new folder. */
export function unpackRelease(file: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'cf-release-'));
  execFileSync('tar', ['-xzf', file, '-C', folder]);
  return folder;
}

/** An instance that is to be rendered into `folder`/`nats_0`. */
export interface Rendering extends InstanceManifest {
  readonly folder: string;
}

/** Renders with the renderer of the nodes and gives what it complained of; `release` is a folder. */
export const renderInstances = (release: string, renderings: readonly Rendering[]): string =>
  renderAll(renderings.map((each) => ({ ...each, release })));

/** As `renderInstances`, of several releases in one process; `ruby` is the command of ruby. */
export function renderAll(
  renderings: readonly (Rendering & { readonly release: string })[],
  [program, ...first]: readonly [string, ...string[]] = ['ruby'],
): string {
  const lines = renderings.map(({ folder, instance, manifest, release }) => {
    const out = join(folder, instanceTag(instance.id));
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${out}.yml`, manifestToYaml(manifest));
    const words = ['-y', '-t', '--out', out, '-i', String(instance.index), '-n', instance.address];
    return JSON.stringify([...words, release, `${out}.yml`, instance.component]);
  });
  const words = [...first, '-W0', '-E', 'UTF-8', '-e', PROGRAM];
  return spawnSync(program, words, { input: lines.join('\n'), encoding: 'utf8' }).stderr;
}
