import { expect, it } from 'vitest';
import { documentedAnswers, unseen } from './answers.ts';

it('names each documented answer that no test has seen', () => {
  const all = documentedAnswers();
  expect(new Set(all).size).toBe(all.length);
  expect(all).toEqual(
    expect.arrayContaining([
      'GET /deployment-engine/status 200',
      'GET /deployment-engine/status 403 ConfigMissing',
      'GET /deployment-engine/status 401',
      'GET /deployment-engine/status 401 Unauthorized',
      'GET /deployment-engine/log 101',
      'PUT /deployment-engine/download 416 RangeNotSatisfiable',
    ]),
  );
  const [missing = '', ...seen] = all;
  expect(unseen([...seen, 'GET /deployment-engine/status 418'])).toEqual([missing]);
});
