import { isEngineError } from '../errors.ts';
import type { Text } from '../text/text.ts';
import { chooseSerial } from './choose-serial.ts';
import type { ActivatedSerial } from './serial.ts';

interface Next {
  readonly serial: ActivatedSerial | undefined;
  /** Why the next deploy would be refused; undefined where it would not. */
  readonly reason?: Text;
}

/** The serial of the next deploy of a release, undefined where that is not known; the newest one where none is good for it. */
export function nextSerial(serials: readonly ActivatedSerial[], release: string | undefined, now: number): Next {
  try {
    return { serial: chooseSerial(serials, release ?? serials[0]?.release ?? '', now) };
  } catch (error) {
    if (!isEngineError(error)) throw error;
    return { serial: serials[0], reason: error.text };
  }
}
