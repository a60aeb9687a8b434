import { describe, expect, it } from 'vitest';
import { type TemplateFailure, templateProblems } from '../../../domain/manifest/template-problems.ts';
import { inEnglish } from '../../../domain/text/text.ts';

const FAILURE: TemplateFailure = {
  job: 'nats',
  template: 'config/nats.conf.erb',
  line: 3,
  property: 'nats.user',
  message: 'property nats.user is not set',
};

describe('the problems of templates', () => {
  it('name place, line, property and instance', () => {
    expect(templateProblems([{ instance: 'nats/0', failures: [FAILURE] }])).toEqual([
      {
        pointer: '/jobs/nats/templates/config~1nats.conf.erb',
        message: 'line 3: property nats.user is not set (nats/0)',
      },
    ]);
  });

  it('say nothing of a line that is not known', () => {
    const [problem] = templateProblems([{ instance: 'nats/0', failures: [{ ...FAILURE, line: null }] }]);
    expect(problem?.message).toEqual('property nats.user is not set (nats/0)');
  });

  it('tell a failure of several instances once', () => {
    const failed = ['nats/0', 'nats/1'].map((instance) => ({ instance, failures: [FAILURE] }));
    const other = { instance: 'uaa/0', failures: [{ ...FAILURE, line: 4 }] };
    expect(templateProblems([...failed, other]).map(({ message }) => message)).toEqual([
      'line 3: property nats.user is not set (nats/0, nats/1)',
      'line 4: property nats.user is not set (uaa/0)',
    ]);
  });

  it('count instances beyond the fifth', () => {
    const failed = Array.from({ length: 500 }, (_, number) => ({ instance: `dea/${number}`, failures: [FAILURE] }));
    expect(inEnglish(templateProblems(failed)[0]?.message ?? '')).toMatch(
      /\(dea\/0, dea\/1, dea\/2, dea\/3, dea\/4 and 495 more\)$/,
    );
  });

  it.each(['monit', 'job.MF'])('place %s beside the templates', (template) => {
    const [problem] = templateProblems([{ instance: 'nats/0', failures: [{ ...FAILURE, template }] }]);
    expect(problem?.pointer).toBe(`/jobs/nats/${template}`);
  });
});
