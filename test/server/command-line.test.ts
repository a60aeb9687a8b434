import { expect, it, vi } from 'vitest';
import { SETTINGS } from '../../domain/schemas/settings-table.ts';
import { absolutePaths, CommandLineEnd, readCommandLine } from '../../server/command-line.ts';

function endOf(arguments_: readonly string[]): { exitCode: number | undefined; output: string } {
  const written: string[] = [];
  const write = (text: string | Uint8Array): boolean => written.push(String(text)) > 0;
  const spies = [vi.spyOn(process.stdout, 'write'), vi.spyOn(process.stderr, 'write')];
  for (const spy of spies) spy.mockImplementation(write);
  try {
    readCommandLine(arguments_, {});
    return { exitCode: undefined, output: '' };
  } catch (error) {
    return { exitCode: error instanceof CommandLineEnd ? error.exitCode : undefined, output: written.join('') };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

it('writes options over the environment', () => {
  const env = readCommandLine(['--data-dir', '/d', '--temporal-address=t:7233'], {
    DEPLOYMENT_ENGINE_DATA_DIR: '/e',
    PATH: '/bin',
  });
  expect(env).toEqual({ DEPLOYMENT_ENGINE_DATA_DIR: '/d', TEMPORAL_ADDRESS: 't:7233', PATH: '/bin' });
});

it('lists every setting in its help', () => {
  const { exitCode, output } = endOf(['--help']);
  expect(exitCode).toBe(0);
  for (const { variable } of Object.values(SETTINGS)) expect(output.replaceAll(/\s+/g, ' ')).toContain(`[${variable}]`);
});

it('calls an unknown option or a word wrong usage', () => {
  expect(endOf(['--dta-dir', 'x']).exitCode).toBe(2);
  expect(endOf(['start']).exitCode).toBe(2);
});

it('makes folders absolute, defaults too', () => {
  expect(absolutePaths({ DEPLOYMENT_ENGINE_RELEASE: 'cf.tgz' }, '/here')).toEqual({
    DEPLOYMENT_ENGINE_DATA_DIR: '/here/data',
    DEPLOYMENT_ENGINE_RELEASE: '/here/cf.tgz',
  });
});
