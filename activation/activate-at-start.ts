import { readFile } from 'node:fs/promises';
import { masked } from '../domain/activation/serial.ts';
import { textOf } from '../domain/errors.ts';
import { localLine } from '../domain/run/log.ts';
import type { Settings } from '../domain/schemas/settings.ts';
import { inOwnLanguage } from '../domain/text/own-language.ts';
import { phrase, type Text } from '../domain/text/text.ts';
import type { Store } from '../store/store.ts';
import type { Activate } from './activate.ts';

/** Activates with the serial of the settings, if there is one; what is wrong with it stops no engine, and local.log has it. */
export async function activateAtStart(
  { serial, serialFile }: Pick<Settings, 'serial' | 'serialFile'>,
  activate: Activate,
  { log }: Pick<Store, 'log'>,
): Promise<void> {
  if (serial === undefined && serialFile === undefined) return;
  const note = (level: 'info' | 'error', line: Text) =>
    log.append(0, [localLine(line, level)]).catch((error: unknown) => {
      console.error(`local.log does not have this: ${inOwnLanguage(line)}`, error);
    });
  try {
    const used = await activate(serial ?? (await readFile(serialFile ?? '', 'utf8')));
    if (used.isNew) await note('info', phrase('activated with serial {serial}', { serial: masked(used.serial) }));
  } catch (error) {
    const place = serial === undefined ? (serialFile ?? '') : 'DEPLOYMENT_ENGINE_SERIAL';
    await note('error', phrase('{place}: not activated: {reason}', { place, reason: textOf(error) }));
  }
}
