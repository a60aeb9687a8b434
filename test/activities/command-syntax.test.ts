import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { makeStep } from '../../activities/steps/steps.ts';
import { PROFILES } from '../../domain/profiles/profiles.ts';
import { sourcesOf } from '../../domain/profiles/source-build.ts';
import { withSources } from '../../domain/profiles/with-sources.ts';
import type { Change, Step } from '../../domain/step.ts';
import { type StepName, STEPS } from '../../domain/steps.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { NATS, nodeContext, textsOf } from './samples.ts';
import { run } from './shell.ts';

const LIMITS = { patience: 1, selfRetry: 1, selfRetryMax: 1, startDeadline: 1000, maxInFlight: 1 };

// What is asked of a node before any step may work on it.
const ANSWERS: Partial<Record<StepName, string>> = { connect: 'system=debian-12\n', checkDisk: '99999999999\n' };

/** What the step sees of a node on which nothing is there; steps that join others are answered in a frame of their own. */
function answerTo(name: StepName, { check }: Step<unknown>): string {
  if (STEPS[name].stage === 'update') return run(check.run, { root: temporaryFolder() }).stdout;
  return ANSWERS[name] ?? '';
}

it.each(PROFILES)('every command that a step makes for $name is POSIX sh', (profile) => {
  const archives = sourcesOf(profile.builds).map(({ file }) => ({ file, sha256: '0'.repeat(64) }));
  const context = nodeContext({ profile: withSources(profile, archives) });
  const names = Object.keys(STEPS) as StepName[];
  const texts = names.flatMap((name) => {
    const step = makeStep(name, context, STEPS[name].stage !== 'prepare' ? NATS.instance.id : undefined, LIMITS);
    const changes: readonly Change[] = step.changes(step.check.parse({ exitCode: 0, stdout: answerTo(name, step) }));
    return [step.check.run.text, ...textsOf(changes)];
  });
  expect(texts.length).toBeGreaterThan(2 * names.length);
  // A step without parts asks nothing, which is no body of a function.
  const program = texts.map((text, index) => `command_${index}() {\n${text}\n:\n}\n`).join('');
  expect(spawnSync('dash', ['-n'], { input: program, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
});
