import { localLine } from '../../domain/run/log.ts';
import type { Text } from '../../domain/text/text.ts';
import type { Store } from '../../store/store.ts';

/** Notes an operation that belongs to no run; `local.log` shows it. */
export const noteOperation = ({ log }: Pick<Store, 'log'>, line: Text): Promise<void> =>
  log.append(0, [localLine(line)]);
