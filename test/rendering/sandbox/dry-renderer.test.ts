import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { RenderAnswer } from '../../../rendering/sandbox/dry-render-protocol.ts';
import { renderInstances } from '../../../rendering/sandbox/dry-renderer.ts';
import { createRubies } from '../../../rendering/sandbox/rubies.ts';
import { input, messagesOf, PATIENT, render, server, snapshotFile } from './dry-server.ts';

/** The first of each template. */
const warningsOf = (answer: RenderAnswer | undefined): string[][] => {
  const warnings = answer !== undefined && 'warnings' in answer ? answer.warnings : [];
  const first = new Map(warnings.toReversed().map(({ template, message }) => [template, message]));
  return [...first].toReversed();
};

describe('dry rendering', PATIENT, () => {
  it('gives each instance its spec, its files and its monit entry', async () => {
    const jobs = {
      server: { ...server({ out: 'é\u2028 <%= name %> <%= p("password") %>' }), monit: 'check <%= index %>' },
    };
    const [first, second, again] = await renderInstances(jobs, [input(), input('10.0.0.2', 1), input()]);
    expect(first).toMatchObject({
      spec: { index: 0, networks: { default: { ip: '10.0.0.1' } } },
      jobs: { server: { out: 'é\u2028 web hidden', monit: 'check 0' } },
    });
    expect(second).toMatchObject({ spec: { index: 1 }, jobs: { server: { monit: 'check 1' } } });
    expect(again).toBe(first);
  });

  it('gives each ruby some of many instances, and answers all of them in order', async () => {
    const rubies = createRubies({ snapshotFile });
    let started = 0;
    const start: typeof rubies.start = (jobs) => {
      started += 1;
      return rubies.start(jobs);
    };
    const inputs = Array.from({ length: 5 }, (_, index) => input(`10.0.0.${index}`, index));
    const jobs = { server: server({ out: '<%= index %>' }) };
    const answers = await renderInstances(jobs, inputs, { rubies: { ...rubies, start }, mostInstances: 2 });
    expect(answers.map((answer) => ('jobs' in answer ? answer.jobs['server']?.['out'] : answer))).toEqual([
      '0',
      '1',
      '2',
      '3',
      '4',
    ]);
    expect(started).toBe(3);
  });

  it('answers hostname -I with the address of the node that is meant, and runs no other command', async () => {
    const [hostname] = await render({ out: '<%= `hostname -I` %>' }, [input('10.0.0.9')]);
    expect(hostname).toMatchObject({ jobs: { server: { out: '10.0.0.9\n' } } });
    const [others] = await render({
      backticks: '<%= `id` %>',
      system: '<%= system("id") %>',
      spawn: '<% spawn("id") %>',
      exec: '<% exec("id") %>',
      pipe: '<% IO.popen("id") %>',
      fork: '<% fork %>',
    });
    expect(warningsOf(others)).toEqual(
      ['backticks', 'system', 'spawn', 'exec', 'pipe', 'fork'].map((name) => [
        `${name}.erb`,
        'runs a command of the node: what that gives is known only there',
      ]),
    );
  });

  it('tells the failures of all templates at once, without quoting what they throw past ruby', async () => {
    const [answer] = await render({
      missing: '\n<%= p("nats.user") %>',
      syntax: '<% if %>',
      exit: '<% exit %>',
      fatal: '<% raise Exception, p("password") %>',
      deep: '<% def deeper; deeper; end; deeper %>',
    });
    expect(messagesOf(answer)).toEqual({
      missing: 'property nats.user is not set',
      syntax: expect.stringMatching(/^is not ruby: /),
      exit: 'SystemExit: exit',
      fatal: 'fails with Exception',
      deep: 'SystemStackError: stack level too deep',
    });
    expect(answer).toMatchObject({ failures: [{ job: 'server', line: 2, property: 'nats.user' }, {}, {}, {}, {}] });
  });

  it('gives nothing that a template has set to those of the next instance', async () => {
    const answers = await render(
      {
        global: '<% $seen ||= []; $seen << index %><%= $seen.inspect %>',
        shared: '<% @@seen = defined?(@@seen) ? @@seen + [index] : [index] %><%= @@seen.inspect %>',
        english: '<% require "English" %><%= $PID.nil? %>',
      },
      [input(), input('10.0.0.2', 1)],
    );
    expect(answers).toMatchObject([
      { jobs: { server: { global: '[0]', shared: '[0]', english: 'false' } } },
      { jobs: { server: { global: '[1]', shared: '[1]', english: 'false' } } },
    ]);
  });

  it('shows templates nothing of this machine', async () => {
    const target = `/tmp/written-by-a-template-${process.pid}`;
    const [answer] = await render({
      read: '<%= File.read("/etc/passwd") %>',
      list: '<%= Dir.children("/") %>',
      write: `<% File.write(${JSON.stringify(target)}, "") %>`,
      connect: '<% require "socket"; TCPSocket.new("127.0.0.1", 22) %>',
    });
    expect(answer).toMatchObject({ jobs: { server: {} } });
    expect(warningsOf(answer)).toEqual([
      ['read.erb', expect.stringMatching(/^looks at a file of the node/)],
      ['list.erb', expect.stringMatching(/^looks at a file of the node/)],
      ['write.erb', expect.stringMatching(/^looks at a file of the node/)],
      ['connect.erb', expect.stringMatching(/^uses the network of the node/)],
    ]);
    expect(existsSync(target)).toBe(false);
    const [harmless] = await render({ env: '<%= ENV.to_h %>', print: '<% puts "x"; puts \'["a","b"]\'; warn "x" %>' });
    expect(harmless).toMatchObject({ jobs: { server: { env: '{}', print: '' } } });
  });

  it('keeps bytes that are no UTF-8', async () => {
    const latin1 = Buffer.from('# caf\xe9\nuser = <%= p("password") %>', 'latin1');
    const keystore = Buffer.from([...Array(256).keys()].filter((byte) => byte !== 0x3c));
    const jobs = {
      server: {
        ...server({ latin1: '', keystore: '', bom: '\ufeff#!/bin/sh', nul: 'a\0b' }),
        'templates/latin1.erb': { base64: latin1.toString('base64') },
        'templates/keystore.erb': { base64: keystore.toString('base64') },
      },
    };
    const [answer] = await renderInstances(jobs, [input()]);
    const rendered = Buffer.from('# caf\xe9\nuser = hidden', 'latin1').toString('base64');
    expect(answer).toMatchObject({
      jobs: {
        server: {
          latin1: { base64: rendered },
          keystore: { base64: keystore.toString('base64') },
          bom: '\ufeff#!/bin/sh',
          nul: 'a\0b',
        },
      },
    });
  });

  it.each([
    ['a method of a core class', '<% class ::String; def shout; upcase; end; end %>', '"a".respond_to?(:shout)'],
    ['a method that it replaces', '<% class ::String; def swapcase; "mine"; end; end %>', '"a".swapcase == "mine"'],
    ['a method of a core class itself', '<% def (::Hash).mine; end %>', '::Hash.respond_to?(:mine)'],
    ['the environment', '<% ENV["SEEN"] = "1" %>', 'ENV.key?("SEEN")'],
    ['a constant of everybody', '<% ::SEEN = 1 %>', '::Object.const_defined?(:SEEN)'],
    ['a library', '<% require "find" %>', '$LOADED_FEATURES.any? { |f| f.end_with?("/find.rb") }'],
  ])('shows no instance what the templates of another have made of ruby: %s', async (_what, change, question) => {
    const template = `<%= ${question} %><% if index == 0 %>${change}<% end %>`;
    const answers = await render({ out: template }, [input('10.0.0.1', 0), input('10.0.0.2', 1), input('10.0.0.3', 2)]);
    expect(answers).toMatchObject(Array.from({ length: 3 }, () => ({ jobs: { server: { out: 'false' } } })));
  });

  it('shows no rendering what those before have made of ruby, nor keeps it for later ones', async () => {
    const first = await render({ out: '<%= "a".upcase %>' });
    const kept = readFileSync(snapshotFile);
    const patch = '<% class ::String; def upcase; "mine"; end; end; ::SEEN = $seen = 1 %>';
    const second = await render({ out: `${patch}<%= "a".upcase %>` });
    const third = await render({ out: '<%= "a".upcase %><%= $seen %><%= ::Object.const_defined?(:SEEN) %>' });
    const answers = [first, second, third].map(([answer]) => answer);
    expect(answers).toMatchObject(['A', 'mine', 'Afalse'].map((out) => ({ jobs: { server: { out } } })));
    expect(readFileSync(snapshotFile).equals(kept)).toBe(true);
  });

  it('keeps renderings that run at the same time apart', async () => {
    const texts = ['one', 'two'];
    const answers = await Promise.all(texts.map((text) => render({ out: `<% $seen ||= "${text}" %><%= $seen %>` })));
    expect(answers.map(([answer]) => answer)).toMatchObject(texts.map((out) => ({ jobs: { server: { out } } })));
  });
});
