import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHAIN, listing, made, node } from './chained-packages.ts';
import { release, temporaryFolder } from './fixture-release.ts';

describe('taking a compiled package to another node', () => {
  it('arrives with content, modes and times, and counts as compiled', () => {
    const builder = node();
    const other = node();
    const folder = release({ packages: CHAIN });
    builder.compile(folder, ['tool']);
    const archive = join(temporaryFolder(), 'out', 'tool.tgz');
    expect(builder.run(['--pack', 'tool', archive]).code).toBe(0);
    expect(other.run(['--unpack', 'tool', 'cc', archive]).code).toBe(0);
    expect(readFileSync(`${other.data('tool', 'cc')}.done`, 'utf8')).toBe(listing(builder.data('tool', 'cc')));
    expect(other.compile(folder, ['tool']).stdout).toContain('is already installed. Skipping');
  });

  it('leaves nothing of an archive that was cut off', () => {
    const { run, isDone, root } = node();
    const archive = join(temporaryFolder(), 'tool.tgz');
    execFileSync('sh', ['-c', `tar -cz -C /usr/bin env sort 2>/dev/null | head -c 20000 > ${archive}`]);
    expect(run(['--unpack', 'tool', 'cc', archive]).code).toBe(1);
    expect(isDone('tool', 'cc')).toBe(false);
    expect(readdirSync(join(root, 'data/packages/tool'))).toEqual([]);
  });

  it('refuses to pack what is not compiled', () => {
    const { run } = node();
    const { code, stderr } = run(['--pack', 'tool', '/nowhere/tool.tgz']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'Package tool is not compiled here\n' });
  });

  it('asks which one when a name is there more than once', () => {
    const { compile, run } = node();
    compile(release({ packages: [made('tool', 'cc')] }), ['tool']);
    compile(release({ packages: [made('tool', 'ee')] }), ['tool'], process.env['PATH']);
    const archive = join(temporaryFolder(), 'tool.tgz');
    expect(run(['--pack', 'tool', archive]).stderr).toContain('name one: cc, ee');
    expect(run(['--pack', 'tool', 'ee', archive]).code).toBe(0);
  });
});
