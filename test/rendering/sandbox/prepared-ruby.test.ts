import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { prepareRuby } from '../../../rendering/sandbox/prepared-ruby.ts';
import { rubyText } from '../../../rendering/sandbox/ruby-machine.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { input, PATIENT, server } from './dry-server.ts';

/** Each ruby that starts anew draws another seed for its hashes. */
const START = 'RUBY_ENGINE.hash';

const ignore = (): void => undefined;
const prepare = async (file?: string) => (await prepareRuby(file)).start(ignore);

/** So many jobs that their memory is worth keeping. */
const jobsLine = (template: string): string =>
  JSON.stringify({
    ahead: true,
    jobs: { server: server({ out: template }), other: server({ long: 'x'.repeat(60_000) }) },
  });

describe('a ruby that is prepared to render', PATIENT, () => {
  const file = join(temporaryFolder(), 'ruby');
  let start: string;
  beforeAll(async () => {
    start = (await prepare(file)).evaluate(START);
  });

  it('goes on from the memory that the first one left', async () => {
    const ruby = await prepare(file);
    expect(ruby.evaluate(START)).toBe(start);
    expect(ruby.evaluate('NiseBosh::DryRendering.new({}).answer(%q({"manifest": 1, "instance": "a"}))')).toBe(
      '{"error":"The manifest is not a YAML mapping"}',
    );
  });

  it('starts by itself where no memory is kept', async () => {
    expect((await prepare()).evaluate(START)).not.toBe(start);
  });

  it('starts by itself and leaves its memory where the kept one is damaged', async () => {
    const damaged = join(temporaryFolder(), 'ruby');
    const bytes = readFileSync(file);
    bytes[1000] = (bytes[1000] ?? 0) ^ 1;
    writeFileSync(damaged, bytes);
    const ruby = await prepare(damaged);
    expect(ruby.evaluate(START)).not.toBe(start);
    expect((await prepare(damaged)).evaluate(START)).toBe(ruby.evaluate(START));
  });

  it('goes on from the memory of one that has read the same jobs', async () => {
    const own = join(temporaryFolder(), 'ruby');
    const read = async (template: string) => (await prepareRuby(own)).startWith(jobsLine(template), ignore);
    const first = await read('<%= index %>');
    expect(first.evaluate('$dry.instance_variable_get(:@definitions).keys.join(" ")')).toBe('server other');
    const again = await read('<%= index %>');
    expect(again.evaluate('$dry.object_id')).toBe(first.evaluate('$dry.object_id'));
    expect(again.evaluate(START)).toBe(first.evaluate(START));
    expect(JSON.parse(again.evaluate(`$dry.answer(${rubyText(JSON.stringify(input()))})`))).toMatchObject({
      jobs: { server: { out: '0' } },
    });
    const changed = await read('<%= name %>');
    expect(JSON.parse(changed.evaluate(`$dry.answer(${rubyText(JSON.stringify(input()))})`))).toMatchObject({
      jobs: { server: { out: 'web' } },
    });
  });

  it('keeps no memory of a few jobs', async () => {
    const own = join(temporaryFolder(), 'ruby');
    const few = JSON.stringify({ ahead: true, jobs: { server: server({ out: 'x' }) } });
    await (await prepareRuby(own)).startWith(few, ignore);
    expect([existsSync(own), existsSync(`${own}-with-jobs`)]).toEqual([true, false]);
  });

  it('has room, so that its memory need not grow page by page', async () => {
    const ruby = await prepare(file);
    const before = ruby.memory.buffer.byteLength;
    ruby.evaluate('$texts = Array.new(50_000) { "x" * 500 }');
    expect(ruby.memory.buffer.byteLength).toBe(before);
  });

  it('takes no more memory for many instances than for few', async () => {
    const names = Array.from({ length: 300 }, (_, number) => `a.b${number}`);
    const properties = Object.fromEntries(names.map((name) => [name, { default: 'x' }]));
    const jobs = {
      server: {
        'job.MF': JSON.stringify({ name: 'server', templates: { 'out.erb': 'out' }, properties }),
        'templates/out.erb': names.map((name) => `<%= p(["none", "${name}"]) %>`).join(''),
      },
    };
    const ruby = await prepare(file);
    ruby.evaluate(`$dry = NiseBosh::DryRendering.new(JSON.parse(${rubyText(JSON.stringify(jobs))}))`);
    const before = ruby.memory.buffer.byteLength;
    const answer = ruby.evaluate(`25.times.map { $dry.answer(${rubyText(JSON.stringify(input()))}) }.uniq.join`);
    expect(JSON.parse(answer)).toMatchObject({ jobs: { server: { out: 'x'.repeat(300) } } });
    expect(ruby.memory.buffer.byteLength).toBe(before);
  });

  it('keeps only what differs from the memory of every ruby', () => {
    expect(statSync(file).size).toBeLessThan(10 * 1024 ** 2);
  });
});
