import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { SourceTree } from '../../../sample/release/source-tree.ts';
import { applyVariant } from '../../../sample/release/variant.ts';

const treeOf = (files: Readonly<Record<string, string>>): SourceTree =>
  new Map(Object.entries(files).map(([path, text]) => [path, { content: Buffer.from(text), executable: false }]));

const COMMON = treeOf({
  'jobs/greeter/spec': 'name: greeter\nproperties: {old.word: {default: hi}, port: {default: 80}, gone: {}}\n',
  'jobs/greeter/monit': 'check process greeter\n',
  'jobs/greeter/templates/ctl.erb': "<%= p('old.word') %> <%= p('port') %> <% if_p('gone') do %>x<% end %> 'words'\n",
  'jobs/waiter/spec': 'name:   waiter\nproperties: {word: {}}\n',
  'packages/greeter/spec': 'name: greeter\n',
});

const read = (tree: SourceTree, path: string): string | undefined => tree.get(path)?.content.toString();
const apply = (changes: string, files: Readonly<Record<string, string>> = {}): SourceTree =>
  applyVariant(COMMON, treeOf({ 'changes.yml': changes, ...files }));

describe('applyVariant', () => {
  it('changes nothing without changes', () => {
    expect(applyVariant(COMMON, new Map())).toEqual(COMMON);
  });

  it('renames properties in specs and templates, fixes some, and takes others out', () => {
    const tree = apply('properties: {old: new, port: {always: 8080}, gone: ~}');
    expect(parse(read(tree, 'jobs/greeter/spec') ?? '')).toEqual({
      name: 'greeter',
      properties: { 'new.word': { default: 'hi' } },
    });
    expect(read(tree, 'jobs/greeter/templates/ctl.erb')).toBe(
      "<%= p('new.word') %> <%= 8080 %> <% if_p('gone') do %>x<% end %> 'words'\n",
    );
  });

  it('renames the properties of one job alone', () => {
    const tree = apply('jobs: {waiter: {properties: {word: other}}}');
    expect(parse(read(tree, 'jobs/waiter/spec') ?? '')).toEqual({ name: 'waiter', properties: { other: {} } });
    expect(tree.get('jobs/greeter/spec')).toBe(COMMON.get('jobs/greeter/spec'));
  });

  it('merges into a spec after the renaming, and takes out what is null', () => {
    const tree = apply(
      '{properties: {old: new}, jobs: {greeter: {spec: {properties: {new.word: {default: ho}, gone: ~}}}}}',
    );
    expect(parse(read(tree, 'jobs/greeter/spec') ?? '')).toMatchObject({
      properties: { 'new.word': { default: 'ho' }, port: { default: 80 } },
    });
    expect(read(tree, 'jobs/greeter/spec')).not.toContain('gone');
  });

  it('leaves a spec as it is written when nothing of it changes', () => {
    expect(read(apply('properties: {old: new}'), 'jobs/waiter/spec')).toBe('name:   waiter\nproperties: {word: {}}\n');
  });

  it('lays files of its own over the others, as they are, and takes folders out', () => {
    const tree = apply('{without: [jobs/waiter], properties: {old: new}}', { 'jobs/greeter/monit': "p('old.word')" });
    expect(read(tree, 'jobs/greeter/monit')).toBe("p('old.word')");
    expect([...tree.keys()].filter((path) => path.includes('waiter') || path === 'changes.yml')).toEqual([]);
  });

  it('names everything that is not there', () => {
    const changes = '{without: [jobs/nobody, packages/greeter], jobs: {stranger: {properties: {a: b}}}}';
    expect(() => apply(changes)).toThrow('names what is not there: jobs/nobody, jobs/stranger/spec');
  });
});
