import { describe, expect, it } from 'vitest';
import { reasonsOf } from '../../../activities/attempt/run-step.ts';
import { joinSteps, refusalsOf } from '../../../activities/checks/join-steps.ts';
import { joinChecks, splitChecks } from '../../../activities/checks/probe.ts';
import { sh } from '../../../domain/command.ts';
import { DeploymentEngineError, type ErrorCode } from '../../../domain/errors.ts';
import { change, type Step } from '../../../domain/step.ts';
import { run } from '../shell.ts';

const part = (title: string, wanted: string, refusal?: ErrorCode): Step<string> => ({
  title,
  check: { run: sh`printf %s ${wanted}`, parse: ({ stdout }) => stdout },
  changes: (found) => {
    if (refusal !== undefined) throw new DeploymentEngineError(refusal, `${title} says ${found}`);
    return found === 'good' ? [] : [change(`found ${found}`, sh`true`)];
  },
});

function catching(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}

const factsOf = <Facts>(step: Step<Facts>): Facts => step.check.parse(run(step.check.run));

describe('joined steps', () => {
  it('look once and change what each part would change, under its title', () => {
    const step = joinSteps('all', [part('a', 'bad'), part('b', 'good'), part('c', 'worse')]);
    expect(reasonsOf(step.changes(factsOf(step)))).toEqual(['a: found bad', 'c: found worse']);
  });

  it('say everything at once where parts cannot be helped, and change nothing', () => {
    const step = joinSteps('all', [part('a', 'bad'), part('b', 'x', 'RebootNeeded'), part('c', 'y', 'NodeUnfit')]);
    expect(() => step.changes(factsOf(step))).toThrow(
      expect.objectContaining({ code: 'RebootNeeded', message: 'b says x\nc says y' }),
    );
  });

  it('tell what each part has said', () => {
    const step = joinSteps('all', [part('b', 'x', 'RebootNeeded'), part('c', 'y', 'NodeUnfit')]);
    const error: unknown = catching(() => step.changes(factsOf(step)));
    expect(refusalsOf(error as DeploymentEngineError)).toEqual([
      { code: 'RebootNeeded', message: 'b says x' },
      { code: 'NodeUnfit', message: 'c says y' },
    ]);
    expect(refusalsOf(new DeploymentEngineError('DiskTooSmall', 'full'))).toEqual([
      { code: 'DiskTooSmall', message: 'full' },
    ]);
  });

  it('answer for themselves within a survey that joins them with others', () => {
    const steps = [part('first', 'good'), joinSteps('all', [part('a', '1'), part('b', '2')]), part('last', 'good')];
    const { stdout } = run(joinChecks(steps.map(({ check }) => check.run)));
    const results = splitChecks('node', stdout, steps);
    expect(steps.map(({ check }, index) => check.parse(results[index] ?? { exitCode: 1, stdout: '' }))).toEqual([
      'good',
      ['1', '2'],
      'good',
    ]);
  });

  it('are not judged by an answer that was cut off', () => {
    const step = joinSteps('all', [part('a', '1'), part('b', '2')]);
    const { stdout } = run(step.check.run);
    expect(() => step.check.parse({ exitCode: 0, stdout: stdout.slice(0, -12) })).toThrow(
      expect.objectContaining({ code: 'NodeProtocolError' }),
    );
  });
});
