import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sh } from '../../../domain/command.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { BUILDER, deps, holder, KEY, OTHER, wanting } from './wanted-artefact.ts';

describe('an artefact', () => {
  it('that arrives as something else is refused and kept, and offered to the next', async () => {
    async function* cut(this: void): AsyncIterable<Uint8Array> {
      yield new Uint8Array([1, 2, 3]);
    }
    const builder = await wanting(BUILDER, { session: { readFile: cut } });
    await expect(builder.build()).rejects.toMatchObject({ code: 'ChecksumMismatch' });
    expect(await deps.mirror.findCompiled('debian-12', KEY)).toBeUndefined();
    expect(await holder()).toBeUndefined();
    expect(await deps.mirror.quarantined('debian-12', KEY)).toMatchObject([
      { reason: expect.stringContaining('arrived as') as string },
    ]);
  });

  it('that cannot be put in place goes into quarantine, and is built anew by the one who found out', async () => {
    await (await wanting(BUILDER)).build();
    const first = await deps.mirror.findCompiled('debian-12', KEY);
    const gate = join(temporaryFolder(), 'isSecond');
    const other = await wanting(OTHER, { unpack: sh`[ -e ${gate} ] || { touch ${gate}; exit 1; }` });
    await other.build();
    expect([other.trace(), other.placed()]).toEqual(['prepared\ncompiled\n', `from ${OTHER}\n`]);
    expect(other.lines).toEqual([expect.stringContaining('goes into quarantine'), `${KEY} built`]);
    expect(await deps.mirror.quarantined('debian-12', KEY)).toMatchObject([{ sha256: first?.sha256 }]);
    const second = await deps.mirror.findCompiled('debian-12', KEY);
    expect([second?.sha256 === first?.sha256, second !== undefined]).toEqual([false, true]);
  });

  it('for which its node has no room stays good for the others', async () => {
    await (await wanting(BUILDER)).build();
    const full = await wanting(OTHER, {
      unpack: sh`echo 'tar: ./lib: Cannot mkdir: No space left on device' >&2; exit 1`,
    });
    await expect(full.build()).rejects.toMatchObject({ code: 'DiskFull' });
    expect(full.trace()).toBe('');
    expect(await deps.mirror.quarantined('debian-12', KEY)).toEqual([]);
    expect(await deps.mirror.findCompiled('debian-12', KEY)).toBeDefined();
  });

  it('that fails again after it was built anew is left to the operator', async () => {
    await (await wanting(BUILDER)).build();
    const never = sh`exit 1`;
    await expect((await wanting(OTHER, { unpack: never })).build()).rejects.toMatchObject({ code: 'CommandFailed' });
    const again = await wanting('10.0.0.3', { unpack: never });
    await expect(again.build()).rejects.toMatchObject({ code: 'CommandFailed' });
    expect(again.trace()).toBe('');
    expect(await deps.mirror.quarantined('debian-12', KEY)).toHaveLength(1);
  });

  it('that its builder cannot put in place is offered to nobody', async () => {
    const builder = await wanting(BUILDER, { unpack: sh`exit 1` });
    await expect(builder.build()).rejects.toMatchObject({ code: 'CommandFailed' });
    expect(await deps.mirror.findCompiled('debian-12', KEY)).toBeUndefined();
    expect(existsSync(builder.archive)).toBe(false);
  });
});
