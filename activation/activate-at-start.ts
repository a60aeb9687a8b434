import { readFile } from 'node:fs/promises';
import { masked } from '../domain/activation/serial.ts';
import { localLine } from '../domain/run/log.ts';
import type { Settings } from '../domain/schemas/settings.ts';
import type { Store } from '../store/store.ts';
import type { Activate } from './activate.ts';

/** Activates with the serial of the settings, if there is one; what is wrong with it stops no engine, and local.log has it. */
export async function activateAtStart(
  { serial, serialFile }: Pick<Settings, 'serial' | 'serialFile'>,
  activate: Activate,
  { log }: Pick<Store, 'log'>,
): Promise<void> {
  if (serial === undefined && serialFile === undefined) return;
  const note = (level: 'info' | 'error', line: string) =>
    log.append(0, [localLine(line, level)]).catch((error: unknown) => {
      console.error(`local.log does not have this: ${line}`, error);
    });
  try {
    const used = await activate(serial ?? (await readFile(serialFile ?? '', 'utf8')));
    if (used.isNew) await note('info', `activated with serial ${masked(used.serial)}`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    await note('error', `${serial === undefined ? serialFile : 'DEPLOYMENT_ENGINE_SERIAL'}: not activated: ${reason}`);
  }
}
