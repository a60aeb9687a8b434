import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sh } from '../../../domain/command.ts';
import type { StepKey } from '../../../store/runs/contract.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';
import { BUILDER, countLooks, dataDir, deps, holder, KEY, OTHER, PACE, wanting } from './wanted-artefact.ts';

describe('an artefact that another builds', () => {
  it('is taken over from a builder that never comes', async () => {
    const other = await wanting(OTHER);
    await other.build();
    expect([other.trace(), other.placed()]).toEqual(['prepared\ncompiled\n', `from ${OTHER}\n`]);
    expect(other.lines).toEqual([`waits for package nats from ${BUILDER}`, `${KEY} built`]);
  });

  it.each<[string, (key: StepKey) => Promise<unknown>, Partial<StepKey>?]>([
    ['has parked', (key) => deps.store.steps.fail(key, { code: 'x', message: '', counts: true, parks: true })],
    ['was given up', (key) => deps.store.steps.end(key, 'aborted', [])],
    ['has left out the step', (key) => deps.store.steps.end(key, 'skipped', [])],
    ['is past the step', () => Promise.resolve(), { step: 'compilePackages' }],
  ])('is taken over at once from a builder that %s, by the next in order alone', async (_case, end, key = {}) => {
    const parked: StepKey = { run: 1, target: BUILDER, step: 'buildRuby', round: 1, ...key };
    await deps.store.steps.begin(parked);
    await end(parked);
    const patient = { ...PACE, claim: 600_000 };
    const builders = [BUILDER, OTHER];
    const [next, third] = [await wanting(OTHER, { builders }), await wanting('10.0.0.3', { builders })];
    const waiting = third.build(patient);
    await until(() => third.lines.length > 0, 'the third waits');
    await next.build(patient);
    await waiting;
    expect([next.trace(), third.trace()]).toEqual(['prepared\ncompiled\n', '']);
    expect(third.lines).toEqual([`waits for package nats from ${OTHER}`]);
  });

  it('is taken over from a builder that has not answered for long', async () => {
    const key: StepKey = { run: 1, target: BUILDER, step: 'swapAptSource', round: 1 };
    await deps.store.steps.begin(key);
    await deps.store.steps.fail(key, { code: 'NodeUnreachable', message: '', counts: false, parks: false });
    // Its presence says nothing about whether its node answers.
    await deps.store.claims.take(`builder/${BUILDER}`, 'run', 600_000);
    const other = await wanting(OTHER);
    await other.build();
    expect(other.placed()).toBe(`from ${OTHER}\n`);
  });

  it('is waited for as long as its builder is at work, if on another', async () => {
    const looks = countLooks();
    const presence = `builder/${BUILDER}`;
    await deps.store.claims.take(presence, 'run', 600_000);
    const other = await wanting(OTHER);
    const building = other.build();
    await until(() => looks() > (1.5 * PACE.claim) / PACE.look, 'it has waited far longer than a claim lives');
    expect([other.trace(), await holder()]).toEqual(['', undefined]);

    await deps.store.claims.release(presence, 'run');
    await building;
    expect(other.placed()).toBe(`from ${OTHER}\n`);
  });

  it('is not built beside one who builds it already', async () => {
    const looks = countLooks();
    const claim = `build/debian-12/${KEY}`;
    await deps.store.claims.take(claim, 'somebody', 600_000);
    const builder = await wanting(BUILDER);
    const building = builder.build();
    await until(() => looks() > 10, 'it has looked often');
    expect(builder.trace()).toBe('');
    await deps.store.claims.release(claim, 'somebody');
    await building;
    expect(builder.trace()).toBe('prepared\ncompiled\n');
  });

  it('that takes longer than a claim lives stays the builder’s', async () => {
    const looks = countLooks();
    const gate = join(temporaryFolder(), 'gate');
    const builder = await wanting(BUILDER, { compile: sh`until [ -e ${gate} ]; do sleep 0.05; done` });
    const other = await wanting(OTHER);
    const both = Promise.all([builder.build(), other.build()]);
    await until(() => looks() > (1.5 * PACE.claim) / PACE.look, 'a claim would be over');
    writeFileSync(gate, '');
    await both;
    expect([builder.trace(), other.trace()]).toEqual(['prepared\ncompiled\n', '']);
  });

  it('is taken over from a worker that was killed while it built', async () => {
    const looks = countLooks();
    const mirror = dirname(dirname(deps.mirror.blobPath('0'.repeat(64))));
    const program = resolve(import.meta.dirname, '../programs/doomed-builder.ts');
    const doomed = spawn(process.execPath, [program, dataDir, mirror, BUILDER, KEY, String(PACE.claim)]);
    await once(doomed.stdout, 'data');
    const other = await wanting(OTHER);
    const building = other.build();
    await until(() => looks() > (1.5 * PACE.claim) / PACE.look, 'it has waited longer than a claim lives');
    expect(other.trace()).toBe('');

    doomed.kill('SIGKILL');
    await building;
    expect([other.trace(), other.placed()]).toEqual(['prepared\ncompiled\n', `from ${OTHER}\n`]);
  });
});
