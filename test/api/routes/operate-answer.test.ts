import { describe, expect, it } from 'vitest';
import { DeploymentEngineError } from '../../../domain/errors.ts';
import { answers, ask, gateway } from './asked-operations.ts';

describe('the answer', () => {
  it('says what became of each instance', async () => {
    const answer = await ask({ name: 'nats' });
    expect(answer.headers.get('content-type')).toBe('application/json;charset=utf-8');
    expect(await answer.json()).toEqual({
      run: 7,
      instances: [
        { Comp: 'nats', Ip: '10.10.101.182', Status: 'RUNNING' },
        { Comp: 'nats', Ip: '10.10.101.183', Status: 'RUNNING' },
      ],
    });
    expect(await (await ask({ name: 'nats' }, 'stop')).json()).toMatchObject({
      instances: [{ Status: 'DOWN', Detail: 'stopped by operator' }, { Status: 'DOWN' }],
    });
  });

  it('says what else is to be known', async () => {
    answers({
      notDone: { 'nats/0': { state: 'absent', reason: 'not installed' } },
      notes: { 'nats/1': 'its parked step start is tried again' },
    });
    expect(await (await ask({ name: 'nats' })).json()).toMatchObject({
      instances: [
        { Status: 'DOWN', Detail: 'not installed' },
        { Status: 'RUNNING', Detail: 'its parked step start is tried again' },
      ],
    });
  });

  it.each([
    ['JobNotRunning', 500],
    ['NodeUnreachable', 502],
    ['ConnectionLost', 502],
    ['RunEnded', 409],
    ['Unknown', 500],
  ])('is a problem where it has failed: %s', async (code, status) => {
    answers({
      problem: { code, message: 'nats/0: nats does not exist' },
      notDone: {
        'nats/0': { state: 'failed', reason: 'nats does not exist' },
        'nats/1': { state: 'left', reason: 'not restarted: another nats failed before it' },
      },
    });
    const answer = await ask({ name: 'nats' });
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({
      run: 7,
      detail: 'nats/0: nats does not exist',
      errors: [
        { pointer: '/nats/0', message: 'nats does not exist' },
        { pointer: '/nats/1', message: 'not restarted: another nats failed before it' },
      ],
      instances: [
        { Comp: 'nats', Status: 'DOWN', Detail: 'nats does not exist' },
        { Comp: 'nats', Status: 'DOWN' },
      ],
    });
  });

  describe('where it was refused, cancelled or has failed half-way', () => {
    const see = (id: string, isRunning: boolean): Promise<void> =>
      gateway.store.statuses.save([
        {
          id,
          component: 'nats',
          address: id === 'nats/0' ? '10.10.101.182' : '10.10.101.183',
          cpuPercent: 0,
          memoryPercent: 0,
          diskPercent: 0,
          isRunning,
          detail: '',
          seenAt: Date.now(),
        },
      ]);
    const rows = async (path: string): Promise<unknown> =>
      ((await (await ask({ name: 'nats' }, path)).json()) as { instances: unknown }).instances;

    it.each(['restart', 'stop'])('a %s lists as it was last seen what it was not done to', async (path) => {
      await see('nats/0', true);
      await see('nats/1', false);
      const message = '10.10.101.182 cannot be reached; nothing was changed';
      answers({ problem: { code: 'NodeUnreachable', message }, undone: ['nats/0', 'nats/1'] });
      expect(await rows(path)).toMatchObject([
        { Status: 'RUNNING', Detail: message },
        { Status: 'DOWN', Detail: message },
      ]);
    });

    it.each([
      ['restart', 'JobNotRunning', true, 'DOWN'],
      ['restart', 'CommandFailed', true, 'RUNNING'],
      ['restart', 'CommandFailed', false, 'DOWN'],
      ['stop', 'JobNotRunning', true, 'RUNNING'],
      ['stop', 'JobNotRunning', undefined, 'RUNNING'],
      ['stop', 'ConnectionLost', false, 'DOWN'],
    ])('a %s that ended with %s, last seen running = %s: %s', async (path, code, isRunning, status) => {
      if (isRunning !== undefined) await see('nats/0', isRunning);
      const notDone = { 'nats/0': { state: 'failed', reason: 'why', code } } as const;
      answers({ problem: { code, message: 'nats/0: why' }, notDone });
      expect(await rows(path)).toMatchObject([{ Status: status, Detail: 'why' }, {}]);
    });
  });

  it('lists the first fifty of many problems, and how many there are', async () => {
    const failed = { state: 'failed', reason: 'why' } as const;
    const notDone = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`nats/${index}`, failed]));
    answers({ problem: { code: 'JobNotRunning', message: 'why' }, notDone });
    const { errors, errorCount } = (await (await ask({ name: 'nats' })).json()) as { errors: []; errorCount: number };
    expect([errors.length, errorCount]).toEqual([50, 60]);
  });

  it.each([
    ['RunInProgress', 409],
    ['NoWorker', 503],
    ['InvalidRequest', 400],
  ] as const)('passes on the refusal %s', async (code, status) => {
    gateway.cluster.operate = () => Promise.reject(new DeploymentEngineError(code, 'why', { details: { run: 6 } }));
    const answer = await ask({ name: 'nats' });
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ code, run: 6 });
  });

  it('is 202 once the time to wait is over, with the run that goes on', async () => {
    answers(undefined);
    // Taken up, and the store has given it no number yet.
    const runs = [undefined, 9];
    gateway.cluster.status = () => Promise.resolve({ run: runs.length > 1 ? runs.shift() : runs[0] } as never);
    const answer = await ask({ name: 'nats', wait: 0 });
    expect(answer.status).toBe(202);
    expect(answer.headers.get('location')).toBe('/deployment-engine/runs/9');
    expect(await answer.json()).toEqual({ run: 9, log: '/deployment-engine/log?run=9' });
  });
});
