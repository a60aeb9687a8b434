import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { WorkReport } from '../../../activities/progress/work-report.ts';
import { sh } from '../../../domain/command.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';
import { SILENT_REPORT } from '../progress/silent-report.ts';
import { BUILDER, deps, holder, KEY, OTHER, PACE, wanting } from './wanted-artefact.ts';

describe('an artefact', () => {
  it('gives a compile a day, since a slow machine needs more than an hour for a large one', async () => {
    const builder = await wanting(BUILDER);
    await builder.build();
    expect(builder.timeouts).toEqual([undefined, 24 * 3_600_000, undefined]);
  });

  it('is built once, by its builder; all others wait and get that one', async () => {
    const gate = join(temporaryFolder(), 'gate');
    const builder = await wanting(BUILDER, { compile: sh`until [ -e ${gate} ]; do sleep 0.05; done` });
    const others = await Promise.all([OTHER, '10.0.0.3'].map((address) => wanting(address)));
    const all = Promise.all([builder, ...others].map(({ build }) => build()));
    await until(
      () => others.every(({ lines }) => lines.length > 0) && builder.trace() !== '',
      'all wait for the builder',
    );
    writeFileSync(gate, '');
    await all;
    expect([builder, ...others].map(({ trace }) => trace())).toEqual(['prepared\ncompiled\n', '', '']);
    expect([builder, ...others].map(({ placed }) => placed())).toEqual(Array(3).fill(`from ${BUILDER}\n`));
    expect(builder.lines).toEqual([`${KEY} built`]);
    for (const { lines } of others) expect(lines).toEqual([`waits for package nats from ${BUILDER}`]);
    expect(await holder()).toBeUndefined();
  });

  it('that the mirror holds is built by nobody', async () => {
    await (await wanting(BUILDER)).build();
    const late = await wanting(BUILDER);
    await late.build();
    expect([late.trace(), late.placed()]).toEqual(['', `from ${BUILDER}\n`]);
  });

  it('that the plan gives to nobody is built by whoever comes first', async () => {
    const both = await Promise.all([BUILDER, OTHER].map((address) => wanting(address, { builders: [] })));
    await Promise.all(both.map(({ build }) => build()));
    expect(both.map(({ trace }) => trace()).toSorted()).toEqual(['', 'prepared\ncompiled\n']);
  });

  it('that was finished before a crash is not built again, in this try or a later one', async () => {
    const builder = await wanting(BUILDER);
    const lost = (): never => {
      throw new Error('the connection is lost');
    };
    await expect(builder.build(PACE, { readFile: lost })).rejects.toThrow('the connection is lost');
    await builder.build(PACE, { round: 2 });
    expect([builder.trace(), builder.placed()]).toEqual(['prepared\ncompiled\n', `from ${BUILDER}\n`]);
    expect(await deps.mirror.findCompiled('debian-12', KEY)).toBeDefined();
  });

  it('that merely lies there is built anew, whoever may have laid it there', async () => {
    const builder = await wanting(BUILDER);
    mkdirSync(join(builder.folder, 'out'));
    writeFileSync(join(builder.folder, 'out/nats'), 'from before\n');
    execFileSync('tar', ['-czf', builder.archive, '-C', builder.folder, 'out']);
    await builder.build();
    expect([builder.trace(), builder.placed()]).toEqual(['prepared\ncompiled\n', `from ${BUILDER}\n`]);
  });

  it('that lies there after its build failed is built anew', async () => {
    const gate = join(temporaryFolder(), 'gate');
    const builder = await wanting(BUILDER, { compile: sh`[ -e ${gate} ]` });
    await expect(builder.build()).rejects.toMatchObject({ code: 'CommandFailed' });
    writeFileSync(builder.archive, 'half of one');
    writeFileSync(gate, '');
    await builder.build(PACE, { round: 2 });
    expect(builder.placed()).toBe(`from ${BUILDER}\n`);
  });

  it('is measured: making it apart from putting it in place', async () => {
    const told: string[] = [];
    const report: WorkReport = {
      ...SILENT_REPORT,
      at: (verb, { key }) => void told.push(`${verb} ${key}`),
      took: async (time) => void told.push(`took ${time}`),
    };
    await (await wanting(BUILDER, { report })).build();
    await (await wanting(OTHER, { report })).build();
    const placed = [`unpacking ${KEY}`, 'took unpacking package nats debian-12'];
    expect(told).toEqual([`building ${KEY}`, 'took building package nats debian-12', ...placed, ...placed]);
  });

  it('that cannot be compiled is left to the next try', async () => {
    const flag = join(temporaryFolder(), 'broken');
    writeFileSync(flag, '');
    const builder = await wanting(BUILDER, { compile: sh`[ ! -e ${flag} ]` });
    await expect(builder.build()).rejects.toMatchObject({ code: 'CommandFailed' });
    expect(await holder()).toBeUndefined();
    rmSync(flag);
    await builder.build();
    expect(builder.placed()).toBe(`from ${BUILDER}\n`);
  });

  it('is not waited for once nobody wants it', async () => {
    const leaving = new AbortController();
    const other = await wanting(OTHER, { signal: leaving.signal });
    const waiting = other.build({ ...PACE, claim: 600_000 });
    await until(() => other.lines.length > 0, 'it waits');
    leaving.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  });
});
