import { describe, expect, it } from 'vitest';
import { surveyRefusal } from '../../../activities/run/survey-refusal.ts';
import type { NodeSurvey, SurveyFailure } from '../../../domain/plan/survey.ts';

const seen = (address: string, given: Partial<NodeSurvey> = {}): NodeSurvey => ({
  address,
  failure: undefined,
  profile: 'debian-12',
  steps: [],
  instances: [{ id: 'nats/0', isInstalled: true, steps: [] }],
  missingBuilds: [],
  fence: 0,
  ...given,
});
const silent = (address: string, code = 'NodeUnreachable'): NodeSurvey => {
  const failure: SurveyFailure = { code, message: `${address} is silent` };
  return seen(address, { failure });
};
const claimed = (address: string, owner: string): NodeSurvey =>
  seen(address, {
    steps: [
      {
        name: 'connect',
        reasons: ['belongs to another'],
        refusals: [
          { code: 'UnsupportedSystem', message: 'no profile' },
          { code: 'DuplicateController', message: `belongs to ${owner}`, details: { owner } },
        ],
      },
    ],
  });

describe('a network that is down', () => {
  it.each([
    ['no node', []],
    ['every node answers', [seen('10.0.0.1')]],
    ['one of two answers', [silent('10.0.0.1'), seen('10.0.0.2')]],
    ['one of two answers, and refuses us', [silent('10.0.0.1'), silent('10.0.0.2', 'AuthenticationFailed')]],
    ['all are slow', [silent('10.0.0.1', 'CommandTimedOut')]],
  ])('is not assumed where %s', (_case, surveys) => {
    expect(surveyRefusal(surveys)).toBeUndefined();
  });

  it('is told with the reason of each address', () => {
    expect(surveyRefusal([silent('10.0.0.1'), silent('10.0.0.2', 'ConnectionLost')])).toEqual({
      code: 'NetworkDown',
      message: 'Please ensure the network is enable! No node answers: 10.0.0.1 is silent; 10.0.0.2 is silent',
      details: {
        nodes: [
          { address: '10.0.0.1', reason: '10.0.0.1 is silent' },
          { address: '10.0.0.2', reason: '10.0.0.2 is silent' },
        ],
      },
    });
  });
});

describe('a node that is left', () => {
  it("stops no deploy where it is another engine's", () => {
    expect(surveyRefusal([seen('10.0.0.1'), { ...claimed('10.0.0.2', 'b'), instances: [] }])).toBeUndefined();
  });

  it('hides by its answer no silence of all others', () => {
    expect(surveyRefusal([silent('10.0.0.1'), seen('10.0.0.2', { instances: [] })])).toMatchObject({
      code: 'NetworkDown',
    });
  });
});

describe("another engine's nodes", () => {
  it('are all named, also where others are silent', () => {
    expect(
      surveyRefusal([seen('10.0.0.1'), claimed('10.0.0.2', 'b'), silent('10.0.0.3'), claimed('10.0.0.4', 'c')]),
    ).toEqual({
      code: 'DuplicateController',
      message: '10.0.0.2: belongs to b; 10.0.0.4: belongs to c',
      details: {
        nodes: [
          { address: '10.0.0.2', owner: 'b' },
          { address: '10.0.0.4', owner: 'c' },
        ],
      },
    });
  });
});
