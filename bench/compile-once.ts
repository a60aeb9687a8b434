import type { EngineClient } from '../sample/demo/engine-client.ts';
import { type CompileTime, compareCompileTimes, compileTimesOf } from './compile-times.ts';

/**
 * Shows what compiling once saves, from the runs an engine has recorded: a node that compiled, beside one that was added later
 * and unpacked (deploy, add a node to the configuration, deploy again), with the bytes each was sent.
 */
export async function compileOnce(client: EngineClient): Promise<void> {
  const times: CompileTime[] = [];
  for (const { run } of await client.runs()) times.push(...compileTimesOf(await client.run(run)));
  for (const line of compareCompileTimes(times)) console.log(line);
}
