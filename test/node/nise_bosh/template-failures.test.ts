import { describe, expect, it } from 'vitest';
import { answer, NESTED, type Request } from './dry-answers.ts';
import { FAILURES } from './template-cases.ts';

const failures = (request: Request): { line: number | null; property: string | null; message: string }[] =>
  answer(request).failures;

describe('what is wrong with a template', () => {
  it.each(FAILURES)('is told with line and property: %s', (_case, template, line, property, message) => {
    expect(failures({ properties: NESTED, template })).toEqual([
      { job: 'server', template: 't', line, property, message },
    ]);
  });

  it('names every property of the wrong shape, with those that are declared below it', () => {
    const declared = { 'a.b.c': {}, 'a.b.d': {}, 'a.no': {}, 'x.y': {}, z: {} };
    const properties = { a: { b: 'text', no: 1 }, x: [], z: 3 };
    const place = { job: 'server', template: 'job.MF', line: null };
    expect(failures({ properties, declared })).toEqual([
      { ...place, property: 'a.b', message: 'property a.b must be a mapping, as a.b.c, a.b.d can be set below it' },
      { ...place, property: 'x', message: 'property x must be a mapping, as x.y can be set below it' },
    ]);
    expect(answer({ properties: { a: null, x: {} }, declared }).failures).toBeUndefined();
  });

  it('names every missing property of a template, each once, and nothing that follows from it', () => {
    const template = '<% p("x").each do |one| %><%= one %><% end %>\n<%= p("y") + 1 %><%= p("x") %><%= [] - p("z") %>';
    expect(failures({ template }).map(({ line, property }) => [line, property])).toEqual([
      [1, 'x'],
      [2, 'y'],
      [2, 'z'],
    ]);
  });

  it('ends even where a template loops on what is missing', () => {
    expect(failures({ template: '<% while p("x").more do end %>' })).toMatchObject([{ property: 'x' }]);
  });

  it('tells syntax errors with their line', () => {
    expect(failures({ template: '\n<% if %>\n' })).toMatchObject([
      { line: 2, message: expect.stringMatching(/^is not ruby: unexpected/) },
    ]);
  });
});
