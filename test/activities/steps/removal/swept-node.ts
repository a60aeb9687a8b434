import { existsSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { reasonsOf } from '../../../../activities/attempt/run-step.ts';
import { sweep } from '../../../../activities/steps/removal/sweep.ts';
import { releaseManifest } from '../../../../release/release-manifest.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { nodeContext } from '../../samples.ts';
import { factsOf, runChange } from '../../shell.ts';

export const CURRENT = 'd'.repeat(16);

/** A node whose `/var/vcap` is a folder; wanted are common/f-common and gnatsd/f-gnatsd of release dddd... */
export function sweptNode() {
  const root = temporaryFolder();
  const at = (path: string): string => join(root, 'var/vcap', path);
  const put = (path: string, content = ''): void => {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), content);
  };
  let second = 1_000_000;
  /** Releases in the order in which something was installed from them. */
  const release = (name: string, used?: readonly string[], packages: readonly string[] = []): void => {
    const known = packages.map((each) => each.split('/') as [string, string]);
    const manifest = {
      name: 'cf',
      version: '1',
      jobs: {},
      packages: Object.fromEntries(
        known.map(([id, fingerprint]) => [
          id,
          { name: id, version: '1', fingerprint, dependencies: ['common'], archive: { sha256: '', size: 0 } },
        ]),
      ),
    };
    put(`bosh/releases/${name}/release.MF`, releaseManifest(manifest));
    put(`bosh/releases/${name}/jobs/nats.tgz`, 'x'.repeat(5000));
    if (used !== undefined) put(`bosh/releases/${name}/used`, used.map((each) => `${each}\n`).join(''));
    const file = at(`bosh/releases/${name}/${used === undefined ? 'release.MF' : 'used'}`);
    utimesSync(file, ++second, second);
  };
  const compiled = (...names: readonly string[]): void => {
    for (const name of names) {
      put(`data/packages/${name}/bin/program`, 'x'.repeat(5000));
      put(`data/packages/${name}.done`, 'digest\n');
    }
  };
  const link = (name: string, to: string): void => {
    mkdirSync(at('packages'), { recursive: true });
    symlinkSync(to.startsWith('/') ? to : at(`data/packages/${to}`), at(`packages/${name}`));
  };
  compiled('common/f-common', 'gnatsd/f-gnatsd');
  release(CURRENT, ['common/f-common', 'gnatsd/f-gnatsd']);
  const changesOf = (outgoing: readonly string[] = [], leaving: readonly string[] = []) => {
    const step = sweep(nodeContext(), { outgoing, leaving });
    const facts = factsOf(step, { root });
    return { facts, changes: step.changes(facts) };
  };
  return {
    at,
    put,
    release,
    compiled,
    link,
    has: (path: string) => existsSync(at(path)),
    unused: (outgoing?: readonly string[], leaving?: readonly string[]) => {
      const { facts } = changesOf(outgoing, leaving);
      return [...facts.packages, ...facts.releases].map(({ name }) => name).toSorted();
    },
    reasons: () => reasonsOf(changesOf().changes),
    sweep: () => {
      for (const { act } of changesOf().changes)
        if (act.kind === 'command') expect(runChange(act.command, { root }).exitCode).toBe(0);
    },
  };
}
