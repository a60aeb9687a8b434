import { describe, expect, it } from 'vitest';
import { answer, answers, NESTED, type Request } from './dry-answers.ts';
import { RULES } from './template-cases.ts';

const render = (request: Request): string => answer(request).jobs.server.out;

describe("BOSH's evaluation rules", () => {
  it('hold, each of them', () => {
    const requests = RULES.map(([, template]) => ({ properties: NESTED, template }));
    const seen = answers(requests).map((one, position) => [RULES[position]?.[0], one.jobs?.server.out ?? one]);
    expect(seen).toEqual(RULES.map(([rule, , expected]) => [rule, expected]));
  });

  it('let a template use what an earlier one of its job has set, monit first', () => {
    const job = (name: string, template: string) => ({
      'job.MF': JSON.stringify({ name, templates: { one: 'one', two: 'two' } }),
      monit: '<% @seen = ["monit"] %>',
      'templates/one': '<% @seen << "one" %>',
      'templates/two': template,
    });
    const jobs = { server: job('server', '<%= @seen.join(" ") %>'), other: job('other', '<%= @seen.join(" ") %>') };
    const { server, other } = answer({ jobs }).jobs;
    expect([server.two, other.two]).toEqual(['monit one', 'monit one']);
  });

  it('give every network its own settings', () => {
    const subnet = { range: '10.0.1.0/24', gateway: '10.0.1.1', dns: ['10.0.1.2'], cloud_properties: { name: 'x' } };
    const networks = [
      { name: 'inner', subnets: [subnet] },
      { name: 'outer', subnets: [{ range: '10.0.0.0/16' }] },
    ];
    const group = {
      name: 'web',
      template: 'server',
      networks: [
        { name: 'outer', default: ['dns'], static_ips: '10.0.2.0/30' },
        { name: 'inner', default: ['gateway'], static_ips: ['10.0.1.8', '10.0.1.9 - 10.0.1.12'] },
      ],
    };
    expect(answer({ manifest: { networks, jobs: [group] } }).spec.networks).toEqual({
      outer: {
        ip: '10.0.2.2',
        netmask: '255.255.0.0',
        cloud_properties: {},
        default: ['dns'],
        dns_record_name: '2.web.outer.my-cloud.bosh',
      },
      inner: {
        ip: '10.0.1.10',
        netmask: '255.255.255.0',
        cloud_properties: { name: 'x' },
        dns: ['10.0.1.2'],
        gateway: '10.0.1.1',
        default: ['gateway'],
        dns_record_name: '2.web.inner.my-cloud.bosh',
      },
    });
  });

  it('follow property mappings', () => {
    const network = { name: 'default', static_ips: ['10.0.0.1'] };
    const group = { name: 'web', template: 'server', networks: [network] };
    const mapped = (from: string) => ({
      properties: NESTED,
      manifest: { jobs: [{ ...group, property_mappings: { short: from } }] },
      template: '<%= p("short") %>',
    });
    expect(render(mapped('a.b'))).toBe('value');
    expect(answer(mapped('a.zz')).error).toBe('property_mappings of web: property a.zz is not set');
  });

  it('answers hostname -I with the address of the node that is meant', () => {
    expect(render({ address: '10.0.0.9', template: '<%= `hostname -I | cut -d" " -f1` %>' })).toBe('10.0.0.9\n');
  });

  it('lets a job that declares properties see those alone, with their defaults', () => {
    const declared = { 'a.b': {}, 'a.port': { default: 80 }, 'a.no': { default: true }, 'a.nil': null };
    const template = '<%= properties.a.marshal_dump.inspect.delete(" ") %>';
    const seen = render({ properties: NESTED, declared, template });
    expect(seen.replaceAll(/:(\w+)=>/g, '$1:')).toBe('{b:"value",port:80,no:false,nil:nil}');
  });

  it('merges the declarations of all jobs of an instance', () => {
    const job = (name: string, properties: object) => ({
      'job.MF': JSON.stringify({ name, templates: { t: 'out' }, properties }),
      'templates/t': '<%= p("one") %> <%= p("two") %>',
    });
    const jobs = { server: job('server', { one: {} }), other: job('other', { two: { default: 'b' } }) };
    expect(answer({ properties: { one: 'a' }, jobs }).jobs).toEqual({ server: { out: 'a b' }, other: { out: 'a b' } });
  });

  it('refuses jobs that declare beside jobs that do not', () => {
    const job = (name: string, more: object) => ({ 'job.MF': JSON.stringify({ name, ...more }) });
    const jobs = { server: job('server', { properties: {} }), other: job('other', {}) };
    expect(answer({ jobs }).error).toContain('(server) and jobs that do not (other)');
  });

  it("lets a job's own properties win, deep inside", () => {
    const own = { name: 'web', template: 'server', networks: [], properties: { a: { b: 'own' } } };
    const manifest = { jobs: [{ ...own, networks: [{ name: 'default', static_ips: ['10.0.0.1'] }] }] };
    expect(render({ properties: NESTED, manifest, template: '<%= p("a.b") %> <%= p("a.no") %>' })).toBe('own false');
  });

  it('reads YAML 1.1 and base64 scalars as BOSH did', () => {
    const mf =
      'name: server\ntemplates: {t: out}\nproperties:\n  k: {default: !binary "dmFsdWU="}\n  flag: {default: yes}\n';
    const jobs = { server: { 'job.MF': mf, 'templates/t': '<%= p("k") %> <%= p("flag") %>' } };
    expect(render({ jobs })).toBe('value true');
  });

  it('keeps defaults as JSON does', () => {
    const mf = 'name: server\ntemplates: {t: out}\nproperties: {k: {default: {80: http, day: 2014-12-30}}}\n';
    const jobs = { server: { 'job.MF': mf, 'templates/t': '<%= p("k") %>' } };
    expect(render({ jobs })).toBe('{"80"=>"http", "day"=>"2014-12-30"}');
  });

  it('renders monit beside the templates', () => {
    const jobs = { server: { 'job.MF': 'name: server', monit: 'check <%= name %> <%= index %>' } };
    expect(answer({ jobs })).toMatchObject({ jobs: { server: { monit: 'check web 2' } }, spec: { index: 2 } });
  });

  it('gives no properties away in spec', () => {
    expect(Object.keys(answer({ properties: NESTED }).spec)).not.toContain('properties');
  });
});
