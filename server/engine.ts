import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { DeploymentEngineError, isEngineError } from '../domain/errors.ts';
import { phrase } from '../domain/text/text.ts';
import { lockDataFolder } from './data-folder-lock.ts';
import { waitUntilFree } from './supervise/port-claim.ts';
import type { Program } from './supervise/program.ts';
import { rotateLogs } from './supervise/rotate-logs.ts';
import { type End, SupervisedProgram } from './supervise/supervised-program.ts';

export interface EngineParts {
  readonly dataDir: string;
  readonly log: Logger;
  /**
   * Programs of a stage start together once all of the stage before are ready.
   * They stop one after the other: the last stage first, each stage in the order listed.
   */
  readonly stages: readonly (readonly Program[])[];
}

export interface Engine {
  readonly programs: readonly SupervisedProgram[];
  /** Resolves when every program is ready; rejects with `EnvironmentLacking` when one cannot run on this machine. */
  readonly ready: Promise<void>;
  stop(): Promise<void>;
}

const ROTATE_EVERY_MS = 10_000;

/** Takes the data folder, checks every port and starts the programs. Throws `EnvironmentLacking`. */
export async function startEngine({ dataDir, log, stages }: EngineParts): Promise<Engine> {
  const logs = join(dataDir, 'log');
  await mkdir(logs, { recursive: true });
  const lock = await lockDataFolder(dataDir);
  const stopping = new AbortController();
  const hopeless = Promise.withResolvers<never>();
  hopeless.promise.catch(() => undefined);

  const supervised = stages.map((stage) =>
    stage.map((program) => {
      const logFile = join(logs, `${program.name}.log`);
      const onEnd = (end: End): void => {
        if (cannotWorkHere(end)) hopeless.reject(cannotWork(program.name, logFile, end));
      };
      return { program, process: new SupervisedProgram(program, { logFile, log, onEnd }) };
    }),
  );
  const all = supervised.flat();

  const start = async (): Promise<void> => {
    for (const stage of supervised) {
      for (const { process } of stage) process.start();
      await Promise.all(stage.map(({ program }) => program.untilReady(stopping.signal)));
    }
  };

  const stop = async (): Promise<void> => {
    stopping.abort();
    for (const { process } of supervised.toReversed().flat()) await process.stop();
    lock.release();
  };

  try {
    await waitUntilFree(all.flatMap(({ program }) => program.ports));
  } catch (error) {
    lock.release();
    throw error;
  }
  void keepRotating(logs, stopping.signal, log);
  return { programs: all.map(({ process }) => process), ready: Promise.race([start(), hopeless.promise]), stop };
}

// Exit codes 2 and 3 mean wrong settings or something missing; a restart would end the same way.
const cannotWorkHere = (end: End): boolean => end === 2 || end === 3 || (end instanceof Error && !isEngineError(end));

const cannotWork = (name: string, logFile: string, end: End): DeploymentEngineError =>
  new DeploymentEngineError(
    'EnvironmentLacking',
    phrase('{name} cannot run ({end}); see the end of {file}', { name, end: String(end), file: logFile }),
  );

async function keepRotating(folder: string, signal: AbortSignal, log: Logger): Promise<void> {
  while (!signal.aborted) {
    await rotateLogs(folder).catch((error: unknown) => log.error({ error }, 'rotating the logs failed'));
    await sleep(ROTATE_EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined);
  }
}
