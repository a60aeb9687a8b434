import { expect, it } from 'vitest';
import { outcomeOf } from '../../../workflows/operate/operation-outcome.ts';

const plan = { run: 7, instances: [], absent: [] };

it('counts what was left as it is for no failure, and says why', () => {
  const left = { 'dea/3': 'no longer wanted, cleaned by the next deploy; 10.0.0.9 cannot be reached' };
  expect(outcomeOf({ ...plan, left }, new Map([['nats/0', { state: 'changed' }]]), ['nats/0', 'dea/3'])).toEqual({
    result: { run: 7, notDone: { 'dea/3': { state: 'left', reason: left['dea/3'] } }, notes: {} },
    hasChanged: true,
    isPartial: true,
  });
});

it('counts what waited in vain as a problem, though nothing has failed', () => {
  const end = { state: 'left', reason: 'not restarted: needs nats' } as const;
  expect(outcomeOf(plan, new Map([['uaa/0', end]]), ['uaa/0']).result).toEqual({
    run: 7,
    problem: { code: 'JobNotRunning', message: 'uaa/0: not restarted: needs nats' },
    notDone: { 'uaa/0': end },
    notes: {},
  });
});
