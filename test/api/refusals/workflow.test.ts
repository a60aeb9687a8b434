import { beforeEach, describe, expect, it, vi } from 'vitest';
import { beginRun, endRun, type Gateway, postConfiguration, startGateway } from '../gateway.ts';
import { gatewayWithRuns } from '../gateway-with-runs.ts';
import { ALL, DEPLOYS, ENTERED, expectEach, OPERATIONS, refusing, told } from './told.ts';

// Over a hundred answers in one test, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 });

let gateway: Gateway;

describe('of the workflow', () => {
  beforeEach(async () => {
    gateway = await startGateway();
    await postConfiguration(gateway);
  });

  it('by a deploy', () =>
    expectEach(
      gateway,
      DEPLOYS,
      [
        'ConfigMissing',
        'NotActivated',
        'DeploymentLimitReached',
        'RunInProgress',
        'RunEnded',
        'DuplicateController',
        'UnknownInstances',
        'ConfirmationNeeded',
        'EngineDamaged',
        'NetworkDown',
        'InvalidRelease',
        'NoWorker',
        'TooManyRequests',
      ],
      (code) => void Object.assign(gateway.cluster, { deploy: refusing(code) }),
    ));

  it('by a restart and by a stop', async () => {
    await endRun(gateway, (await beginRun(gateway, 'deployed')).number);
    await expectEach(
      gateway,
      OPERATIONS,
      ['RunInProgress', 'RunEnded', 'NoWorker', 'TooManyRequests'],
      (code) => void Object.assign(gateway.cluster, { operate: refusing(code) }),
    );
    await expectEach(
      gateway,
      OPERATIONS,
      [
        'JobNotRunning',
        ...ENTERED,
        'DuplicateController',
        'ClaimDamaged',
        'Superseded',
        'StepNotConverged',
        'ChecksumMismatch',
        'DiskFull',
        'NodeUnfit',
      ],
      (code) =>
        void Object.assign(gateway.cluster, {
          operate: async () => ({ run: 7, problem: { code, message: 'why' }, notDone: {}, notes: {} }),
        }),
    );
  });

  it('not where it does what is asked', async () => {
    await endRun(gateway, (await beginRun(gateway, 'deployed')).number);
    for (const call of DEPLOYS) expect(await told(gateway, call)).toBe('202');
    for (const call of OPERATIONS) expect(await told(gateway, call)).toBe('200');
    Object.assign(gateway.cluster, { operate: async () => undefined, inspect: undefined });
    for (const [call] of OPERATIONS) expect(await told(gateway, [`${call}&wait=0`])).toBe('202');
  });

  it('by a decision', async () => {
    gateway = await gatewayWithRuns(1);
    await expectEach(
      gateway,
      [['POST /runs/1/resolve', { action: 'retry' }], ['POST /runs/1/cancel']],
      ['RunEnded', 'NoWorker', 'TooManyRequests'],
      (code) => void Object.assign(gateway.cluster, { resolve: refusing(code), cancel: refusing(code) }),
    );
    Object.assign(gateway.cluster, { resolve: refusing('NothingParked') });
    expect(await told(gateway, ['POST /runs/1/resolve', { action: 'retry' }])).toBe('409 NothingParked');
  });
});

describe('where nothing is posted yet', () => {
  it('says so', async () => {
    gateway = await startGateway();
    const asked = ['GET', 'PUT', 'POST'];
    const calls = [
      'GET /status',
      `GET /hardware${ALL}`,
      'GET /preflight',
      'GET /plan',
      'POST /hosts/adopt',
      'GET /deploy',
      'POST /deploy',
      'GET /credentials',
      'POST /credentials',
      ...['restart', 'stop'].flatMap((path) => asked.map((method) => `${method} /${path}${ALL}`)),
    ];
    for (const call of calls) expect.soft(`${call}: ${await told(gateway, [call])}`).toBe(`${call}: 403 ConfigMissing`);
  });
});
