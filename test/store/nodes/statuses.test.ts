import { describe, expect, it } from 'vitest';
import type { InstanceStatus } from '../../../domain/instance-status.ts';
import { Secret } from '../../../domain/secret.ts';
import { DRIVERS, useStores } from '../stores.ts';

const STATUS: InstanceStatus = {
  id: 'nats/0',
  component: 'nats',
  address: '10.0.0.1',
  cpuPercent: 1.18844,
  memoryPercent: 12.5,
  diskPercent: 40,
  isRunning: true,
  detail: '',
  seenAt: 100,
};

describe.each(DRIVERS)('statuses in $name', ({ open }) => {
  const opened = useStores(open);

  it('keeps the last look at every instance', async () => {
    const { statuses } = await opened();
    await statuses.save([STATUS, { ...STATUS, id: 'dea/0' }]);
    await statuses.save([{ ...STATUS, isRunning: false, detail: 'nats: not running', seenAt: 200 }]);
    await statuses.save([]);
    const [dea, nats] = await statuses.all();
    expect(dea).toEqual({ ...STATUS, id: 'dea/0' });
    expect(nats).toMatchObject({ isRunning: false, detail: 'nats: not running', cpuPercent: 1.18844 });
    expect(await statuses.of(['nats/0', 'nats/7'])).toEqual([nats]);
    expect(await statuses.of([])).toEqual([]);
  });

  it('shows no secret that a node has said', async () => {
    const { log, statuses } = await opened();
    await log.learnSecrets([new Secret('token', 'hunter22')]);
    await statuses.save([{ ...STATUS, isRunning: false, detail: 'cannot log in with hunter22' }]);
    expect((await statuses.all())[0]?.detail).toBe('cannot log in with ********');
  });

  it('is not put back by an older look that comes late', async () => {
    const { statuses } = await opened();
    await statuses.save([STATUS]);
    await statuses.save([{ ...STATUS, isRunning: false, seenAt: 99 }]);
    expect((await statuses.all())[0]?.isRunning).toBe(true);
  });

  it('is not kept by a row from before the clock was set back', async () => {
    const { statuses } = await opened();
    const seenAt = Date.now();
    await statuses.save([{ ...STATUS, seenAt: seenAt + 3_600_000 }]);
    await statuses.save([{ ...STATUS, isRunning: false, seenAt }]);
    expect(await statuses.all()).toMatchObject([{ isRunning: false, seenAt }]);
    // Of another worker, whose clock is a little ahead.
    await statuses.save([{ ...STATUS, detail: 'ahead', seenAt: seenAt + 2_000 }]);
    await statuses.save([{ ...STATUS, seenAt: seenAt + 1_000 }]);
    expect(await statuses.all()).toMatchObject([{ detail: 'ahead' }]);
  });

  it('lets a look that says nothing yet be followed by what it finds, and by what an operator does meanwhile', async () => {
    const { statuses } = await opened();
    await statuses.save([{ ...STATUS, isRunning: false, detail: 'unreachable', seenAt: 108 }], 100);
    await statuses.save([STATUS]);
    expect(await statuses.all()).toEqual([STATUS]);

    await statuses.save([{ ...STATUS, isRunning: false, detail: 'unreachable', seenAt: 208 }], 200);
    await statuses.amend('nats/0', { isRunning: false, detail: 'stopped by operator', seenAt: 207 });
    await statuses.save([{ ...STATUS, seenAt: 200 }]);
    expect(await statuses.all()).toMatchObject([{ detail: 'stopped by operator' }]);
  });

  it('takes what was seen of one alone, and leaves its figures', async () => {
    const { statuses } = await opened();
    const seen = { isRunning: false, detail: 'stopped by operator', seenAt: 200 };
    await statuses.amend('nats/0', seen);
    expect(await statuses.all()).toEqual([]);
    await statuses.save([STATUS]);
    await statuses.amend('nats/0', seen);
    await statuses.save([{ ...STATUS, seenAt: 199 }]);
    expect(await statuses.all()).toEqual([{ ...STATUS, ...seen }]);
    await statuses.amend('nats/0', { isRunning: true, detail: '', seenAt: 150 });
    expect(await statuses.all()).toEqual([{ ...STATUS, ...seen }]);
  });
});
