import { describe, expect, it } from 'vitest';
import { lowPorts } from '../../../activities/special/low-ports.ts';
import { nodeContext, reasonsFor } from '../samples.ts';

const step = lowPorts(nodeContext());
const READY = ['capabilities=000001ffffffffff', 'settings=yes', 'installed=yes', 'capability=yes', 'cron=running'];
const without = (...names: string[]): string => READY.filter((line) => !names.includes(line)).join('\n');

describe('a gorouter’s node', () => {
  it.each([
    ['everything is there', without(), []],
    ['the job is not installed yet', without('installed=yes', 'capability=yes'), []],
    ['the file has no capability', without('capability=yes'), ['gorouter may not bind port 80']],
    ['cron stands still', without('cron=running'), ['cron does not run']],
  ])('gets what is missing: %s', (_case, stdout, reasons) => {
    expect(reasonsFor(step, stdout)).toEqual(reasons);
  });

  it.each([
    [
      'the right to bind',
      `capabilities=0000000080000000\n${without('capabilities=000001ffffffffff')}`,
      'capability to bind',
    ],
    [
      'the right to give it',
      `capabilities=0000000000000400\n${without('capabilities=000001ffffffffff')}`,
      'capability to bind',
    ],
    ['a kernel setting', without('settings=yes'), 'no net.ipv4.tcp_tw_recycle'],
  ])('is refused where it lacks %s', (_case, stdout, problem) => {
    expect(() => reasonsFor(step, stdout)).toThrow(
      expect.objectContaining({ code: 'NodeUnfit', message: expect.stringContaining(problem) as string }),
    );
  });

  it('is told which step installs the tools it lacks', () => {
    expect(() => reasonsFor(step, `${without()}\nmissing=setcap\nmissing=crontab`)).toThrow(
      expect.objectContaining({
        code: 'ProgramMissing',
        message: expect.stringContaining('lacks setcap, crontab, which installRuntimePackages installs') as string,
      }),
    );
  });
});
