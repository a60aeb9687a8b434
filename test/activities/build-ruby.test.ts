import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildRuby } from '../../activities/build-ruby.ts';
import type { BuildAct } from '../../domain/step.ts';
import { nodeContext, reasonsFor } from './samples.ts';
import { run } from './shell.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const { profile } = nodeContext();
const step = buildRuby({ profile });

const actOf = (ruby: Partial<typeof profile.ruby> = {}): BuildAct => {
  const [wanted] = buildRuby({ profile: { ...profile, ruby: { ...profile.ruby, ...ruby } } }).changes({
    built: undefined,
    isIntact: false,
  });
  return wanted?.act as BuildAct;
};
const { key } = actOf();

describe('ruby', () => {
  it.each([
    ['is there and intact', `${key}\nintact\n`, []],
    ['is not there', '', ['no ruby of ours']],
    ['was changed', `${key}\n`, ['files of ruby have changed']],
    ['is another one', 'ruby/1.9.3/0123\nintact\n', ['ruby is ruby/1.9.3/0123']],
  ])('%s', (_case, stdout, reasons) => {
    expect(reasonsFor(step, stdout)).toEqual(reasons);
  });

  it('is named by all that goes into it', () => {
    const source = { ...profile.ruby.source, sha256: '0'.repeat(64) };
    const keys = [key, actOf({ version: '3.1.3' }).key, actOf({ source }).key, actOf({ configure: ['--x'] }).key];
    expect(new Set(keys).size).toBe(4);
    expect(actOf().key).toBe(key);
    expect(key).toMatch(/^ruby\/3\.1\.2\/[0-9a-f]{16}$/);
  });

  it('leaves archives of other builds alone', () => {
    expect(actOf({ configure: ['--x'] }).archive).not.toBe(actOf().archive);
  });

  it('is compiled with the toolchain and the source that the profile names', () => {
    const { prepare, profile: name } = actOf();
    expect(name).toBe('debian-12');
    expect(prepare).toMatchObject([
      { act: { kind: 'command', long: true } },
      { act: { kind: 'fetchBlob', sha256: profile.ruby.source.sha256 } },
    ]);
  });
});

describe('its check', () => {
  const root = temporaryFolder();
  const prefix = join(root, 'var/vcap/bosh/ruby');
  const look = () => step.check.parse(run(step.check.run, { root }));
  const digest = (): string =>
    run({ text: `find ${prefix} -printf '%p %s %m %T@\\n' | LC_ALL=C sort | sha256sum | cut -d' ' -f1`, secrets: {} })
      .stdout;

  it('finds no ruby, then one without its link or changed since', () => {
    expect(look()).toEqual({ built: undefined, isIntact: false });
    mkdirSync(join(prefix, 'bin'), { recursive: true });
    writeFileSync(join(prefix, 'bin/ruby'), 'ruby');
    writeFileSync(`${prefix}.built`, `${key} ${digest()}`);
    const isLinked = run({ text: '[ -x /usr/local/bin/ruby ]', secrets: {} }).exitCode === 0;
    expect(look()).toEqual({ built: key, isIntact: isLinked });
    chmodSync(join(prefix, 'bin/ruby'), 0o700);
    expect(look()).toEqual({ built: key, isIntact: false });
  });
});
