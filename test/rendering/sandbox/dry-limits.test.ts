import { describe, expect, it } from 'vitest';
import type { RenderInput } from '../../../rendering/sandbox/dry-render-protocol.ts';
import { renderInstances } from '../../../rendering/sandbox/dry-renderer.ts';
import { input, messagesOf, PATIENT, render, server } from './dry-server.ts';

const havingJob = (name: string): RenderInput => {
  const { manifest, ...others } = input('10.0.0.2', 1);
  return { ...others, manifest: { ...manifest, jobs: manifest.jobs.map((job) => ({ ...job, template: [name] })) } };
};

describe('limits of dry rendering', PATIENT, () => {
  it('lets no template through to JavaScript', async () => {
    const [answer] = await render({ out: '<% require "js"; JS.eval("process.exit(0)") %>' });
    expect(messagesOf(answer)).toEqual({ out: 'takes down ruby' });
  });

  it('names the template that never ends, and renders the other instances', async () => {
    const template = '<% loop {} if index == 1 %>ok';
    const inputs = [input('10.0.0.1', 0), input('10.0.0.2', 1), input('10.0.0.3', 2)];
    const answers = await render({ out: template }, inputs, { deadlineMs: 10_000 });
    expect(answers[0]).toMatchObject({ jobs: { server: { out: 'ok' } } });
    expect(messagesOf(answers[1])).toEqual({ out: 'takes more than 10 s' });
    expect(answers[2]).toMatchObject({ jobs: { server: { out: 'ok' } } });
  });

  it('names the templates that take too much memory', async () => {
    const [answer] = await render(
      { bomb: '<% all = []; loop { all << "x" * 1_000_000 } %>', fine: 'ok', other: '<%= "x" * 400_000_000 %>' },
      [input()],
      { deadlineMs: 60_000, memoryMiB: 256 },
    );
    expect(messagesOf(answer)).toEqual({ bomb: 'takes too much memory', other: 'takes too much memory' });
  });

  it('names the job.MF that ends ruby', async () => {
    const file = `properties: {deep: {default: ${'['.repeat(5000)}${']'.repeat(5000)}}}`;
    const [answer] = await renderInstances({ server: { 'job.MF': file } }, [input()]);
    expect(answer).toMatchObject({
      failures: [{ job: 'server', template: 'job.MF', message: expect.stringMatching(/too deeply|takes down ruby/) }],
    });
  });

  it('renders the instances that have no part in the job.MF that ends ruby', async () => {
    const file = `properties: {deep: {default: ${'['.repeat(5000)}${']'.repeat(5000)}}}`;
    const jobs = { broken: { 'job.MF': file }, server: server({ out: 'ok' }) };
    const [fine, broken] = await renderInstances(jobs, [input(), havingJob('broken')]);
    expect(fine).toMatchObject({ jobs: { server: { out: 'ok' } } });
    expect(broken).toMatchObject({ failures: [{ job: 'broken', template: 'job.MF' }] });
  });

  it('gives up when too many end ruby itself', async () => {
    const inputs = [0, 1, 2, 3].map((index) => input(`10.0.0.${index + 1}`, index));
    const answers = await render({ out: '<% exit! %>' }, inputs);
    expect(answers.slice(0, 3).map(messagesOf)).toEqual(Array.from({ length: 3 }, () => ({ out: 'ends the program' })));
    expect(answers[3]).toEqual({ error: 'was not rendered, since too many others never ended' });
  });
});
