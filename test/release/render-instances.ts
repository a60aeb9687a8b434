import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Instance } from '../../domain/instance.ts';
import { instanceTag } from '../../domain/instance.ts';
import type { Manifest } from '../../domain/manifest.ts';
import { manifestToYaml } from '../../release/manifest-yaml.ts';

const NISE_BOSH = join(import.meta.dirname, '../../node/nise_bosh/lib/nise_bosh/installing.rb');

/** One command line after the other in one process, which saves most of the time. */
const PROGRAM = `
  require 'json'
  require ${JSON.stringify(NISE_BOSH)}
  STDIN.each_line do |line|
    words = JSON.parse(line)
    NiseBosh::Cli.new.run(words) == 0 or abort("failed: #{words.last}")
  end
`;

/** A release tarball's content in a new folder. */
export function unpackRelease(file: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'cf-release-'));
  execFileSync('tar', ['-xzf', file, '-C', folder]);
  return folder;
}

/**
 * Renders the instances with the renderer of the nodes, each into its own folder of `out` (`nats_0`). Throws with the
 * renderer's own words.
 */
export function renderInstances(
  release: string,
  instances: readonly { readonly instance: Instance; readonly manifest: Manifest }[],
  out: string,
): void {
  mkdirSync(join(out, 'manifests'));
  const lines = instances.map(({ instance, manifest }) => {
    const tag = instanceTag(instance.id);
    const path = join(out, 'manifests', `${tag}.yml`);
    writeFileSync(path, manifestToYaml(manifest));
    const words = ['-y', '-t', '--out', join(out, tag), '-i', String(instance.index), '-n', instance.address];
    return JSON.stringify([...words, release, path, instance.component]);
  });
  const ruby = spawnSync('ruby', ['-E', 'UTF-8', '-e', PROGRAM], { input: lines.join('\n'), encoding: 'utf8' });
  if (ruby.status !== 0) throw new Error(ruby.stderr);
}
