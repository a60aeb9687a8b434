import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { write } from './fixture-release.ts';
import { AS_WEB_0, node, SERVER, SIDECAR } from './web-job.ts';

describe('holding monit entries back', () => {
  const HELD = [...AS_WEB_0, '--hold'];
  const held = (instance: string) => `bosh/instances/${instance}/monit`;

  it('keeps them, as rendered, where monit does not look, and counts them as files of the instance', () => {
    const { install, at, read, verify } = node();
    expect(install([SERVER, SIDECAR], HELD).code).toBe(0);
    expect(readdirSync(at('monit/job'))).toEqual([]);
    expect(read(held('web_0'), 'server.monitrc')).toBe('check process server with pidfile /p0\n');
    write(at(held('web_0'), 'sidecar.monitrc'), 'tampered');
    expect(verify()).toBe(1);
  });

  it('leaves those in force to whoever starts the instance', () => {
    const { install, at, read } = node();
    write(at('monit/job/web_0.server.monitrc'), 'in force');
    install([SERVER], HELD);
    expect(read('monit/job/web_0.server.monitrc')).toBe('in force');
    install([SIDECAR], HELD);
    expect(readdirSync(at(held('web_0')))).toEqual(['sidecar.monitrc']);
  });

  it('takes over the entry of a job that moves to it from another instance, held or in force', () => {
    const { install, at, read } = node();
    install([SERVER, SIDECAR], HELD);
    write(at('monit/job/web_0.sidecar.monitrc'), '');
    install([SIDECAR], ['--instance', 'other_3', '--hold']);
    expect(readdirSync(at(held('web_0')))).toEqual(['server.monitrc']);
    expect(readdirSync(at('monit/job'))).toEqual([]);
    // What runs has the other's files until it is restarted.
    expect(read('bosh/instances/other_3', 'taken')).toContain('sidecar.monitrc');
    expect(readdirSync(at('bosh/instances/web_0'))).not.toContain('taken');
  });

  it('ends when the instance is installed without', () => {
    const { install, at } = node();
    install([SERVER], HELD);
    install([SERVER], AS_WEB_0);
    expect(readdirSync(at(held('web_0')))).toEqual([]);
    expect(readdirSync(at('monit/job'))).toEqual(['web_0.server.monitrc']);
  });
});
