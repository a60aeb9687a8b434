import { describe, expect, it, vi } from 'vitest';
import type { ErrorCode, ErrorDetails } from '../../../domain/errors.ts';
import { deps, fails, failWith, record, said } from './fake-attempts.ts';

describe('a failure', () => {
  it.each<[ErrorCode, ErrorDetails, number]>([
    ['CommandFailed', {}, 3],
    ['ChecksumMismatch', {}, 2],
    ['NodeUnfit', {}, 1],
    ['JobNotRunning', { isHopeless: true }, 1],
  ])('of %s %j parks after so many attempts: %i', async (code, details, attempts) => {
    failWith(code, details);
    for (let tried = 1; tried < attempts; tried++) {
      await fails().toMatchObject({ type: code, nonRetryable: false });
      expect(await record()).toMatchObject({ state: 'retrying', failures: tried });
    }
    await fails().toMatchObject({ type: code, nonRetryable: true });
    expect(await record()).toMatchObject({ state: 'parked', failures: attempts, error: { code } });
    const ends = (await said()).filter((each) => each.includes(code));
    expect(ends.map((each) => each.split('; ').at(-1))).toEqual([
      ...Array.from({ length: attempts - 1 }, () => 'trying again'),
      'parked',
    ]);
  });

  it('says to the workflow what failed, where, and whether time may help', async () => {
    failWith('CommandFailed');
    const details = { address: 'local', target: 'local', step: 'buildRuby', isRetryable: true };
    await fails().toMatchObject({ details: [details] });
    failWith('NodeUnfit');
    await fails().toMatchObject({ details: [{ ...details, isRetryable: false }] });
  });

  it('of the store uses up nothing, and is an outage of the log', async () => {
    const outage = vi.spyOn(deps.log, 'outage');
    failWith('StoreUnwritable');
    await fails().toMatchObject({ type: 'StoreUnwritable', nonRetryable: false });
    expect(outage).toHaveBeenCalledWith(1, 'StoreUnwritable');
    expect(await record()).toMatchObject({ state: 'running', failures: 0 });
  });

  it.each([
    ['sweep', 'local'],
    ['removeInstance', 'nats/0'],
  ] as const)('of a silent node keeps %s for half a minute, then the next deploy has it', async (step, target) => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000 });
    failWith('NodeUnreachable');
    await fails({ step, target }).toMatchObject({ nonRetryable: false });
    vi.setSystemTime(1_029_000);
    await fails({ step, target }).toMatchObject({ nonRetryable: false });
    vi.setSystemTime(1_030_000);
    await fails({ step, target }).toMatchObject({ nonRetryable: true });
    expect(await record()).toMatchObject({ state: 'aborted', failures: 0, reasons: ['not done yet'] });
    expect((await said()).at(-1)).toMatch(/; left to the next deploy$/);
  });

  it('of a removal whose node answers parks', async () => {
    failWith('NodeUnfit');
    await fails({ step: 'removeInstance', target: 'nats/0' }).toMatchObject({ nonRetryable: true });
    expect(await record()).toMatchObject({ state: 'parked' });
  });

  it('of a silent node that an operator waits for is told within seconds', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000 });
    failWith('NodeUnreachable');
    await fails({ step: 'stop', target: 'nats/0' }).toMatchObject({ nonRetryable: false });
    vi.setSystemTime(1_008_000);
    await fails({ step: 'stop', target: 'nats/0' }).toMatchObject({ nonRetryable: true });
    expect(await record()).toMatchObject({ state: 'aborted' });
    expect((await said()).at(-1)).toBe('stop: NodeUnreachable');
  });
});
