import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type FixtureJob, release } from './fixture-release.ts';
import { manifest, node, PACKAGES, SERVER } from './web-job.ts';

describe('templates that cannot be rendered', () => {
  const broken: FixtureJob = {
    name: 'broken',
    declaration: 'templates: {one.erb: one, two.erb: two, gone.erb: gone}\nproperties: {a.b: {}, c: {}, key: {}}\n',
    templates: {
      'one.erb': '\n<%= p("a.b") %>\n<%= p("c") %>\n',
      'two.erb': '\n<%= p("key").undefined_thing %>\n',
    },
  };
  const file = () => manifest(['server', 'broken'], { key: 'hunter2222', server: {} });

  it('are all named at once, with line and property, and nothing is installed', () => {
    const { installWith, root } = node();
    const folder = release({ packages: PACKAGES, jobs: [SERVER, broken] });
    const { code, stderr, stdout } = installWith(folder, file());
    expect(code).toBe(1);
    expect(stderr.trimEnd().split('\n').slice(1)).toEqual([
      '  server: server.yml.erb line 2: property server.password is not set',
      '  broken: one.erb line 2: property a.b is not set',
      '  broken: one.erb line 3: property c is not set',
      '  broken: two.erb line 2: undefined method undefined_thing',
      '  broken: gone.erb: is missing in the job archive',
    ]);
    expect(readdirSync(root)).toEqual([]);
    expect(stdout + stderr).not.toContain('hunter2222');
  });

  it('are events too', () => {
    const { installWith } = node();
    const { stdout } = installWith(release({ jobs: [broken] }), manifest(['broken'], { key: 'k' }), ['--events']);
    expect(JSON.parse(stdout.split('\n')[0] ?? '')).toEqual({
      event: 'template',
      job: 'broken',
      template: 'one.erb',
      line: 2,
      property: 'a.b',
      message: 'property a.b is not set',
    });
  });

  it('never show a value of the manifest, whatever ruby says', () => {
    const { installWith } = node();
    const secret = 'Correct-Horse-Battery-Staple-'.repeat(4);
    const sources = [
      '<%= Integer(p("key")) %>',
      '<%= raise "bad " + p("key") %>',
      '<%= raise p("key")[5, 12] %>',
      '<%= raise p("key").inspect %>',
      '<%= properties.send("x" => p("key")) %>',
      '<%= JSON.parse(p("key")) %>',
      '<%= {}.fetch(p("key")) %>',
      '<%= raise properties.inspect %>',
      '<%= send(p("key")) %>',
      '<%= p("key").foo %>',
      '<%= exit 0 %>',
    ];
    const templates = Object.fromEntries(sources.map((source, position) => [`t${position}`, source]));
    const targets = sources.map((_source, position) => `t${position}: t${position}`).join(', ');
    const leaky = { name: 'leaky', declaration: `templates: {${targets}}\nproperties: {key: {}}\n`, templates };
    const { code, stdout, stderr } = installWith(release({ jobs: [leaky] }), manifest(['leaky'], { key: secret }));
    expect(code).toBe(1);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1 + sources.length);
    for (let start = 0; start + 8 <= secret.length; start++)
      expect(stdout + stderr).not.toContain(secret.slice(start, start + 8));
  });

  it('cannot leave the folder of their job', () => {
    const { installWith, root } = node();
    const escaping = { name: 'escaping', declaration: 'templates: {a: ../../evil}\n', templates: { a: '' } };
    expect(installWith(release({ jobs: [escaping] }), manifest(['escaping'])).stderr).toContain(
      "escaping: job.MF line 2: has a template target outside the job's folder",
    );
    expect(readdirSync(root)).toEqual([]);
  });
});
