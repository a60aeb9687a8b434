import { expect, it } from 'vitest';
import { makeStep } from '../../../activities/steps/steps.ts';
import { type StepName, STEPS, stepsOf } from '../../../domain/steps.ts';
import { inEnglish } from '../../../domain/text/text.ts';
import { nodeContext } from '../samples.ts';

const LIMITS = { patience: 1, selfRetry: 1, selfRetryMax: 1, startDeadline: 1_000, maxInFlight: 1 };
const names = Object.keys(STEPS) as StepName[];

it('knows a step for every name, each with a title of its own', () => {
  const titles = names.map((name) => inEnglish(makeStep(name, nodeContext(), 'nats/1', LIMITS).title));
  expect(new Set(titles).size).toBe(names.length);
});

it('makes the steps of an instance only on the node that carries it', () => {
  for (const name of stepsOf('update'))
    expect(() => makeStep(name, nodeContext(), 'uaa/0', LIMITS)).toThrow('10.10.101.182 carries no instance uaa/0');
});

it('puts no secret into the text of any check', () => {
  for (const name of names) {
    const { check } = makeStep(name, nodeContext(), 'nats/1', LIMITS);
    expect(check.run.text, name).not.toContain('canary');
  }
});
