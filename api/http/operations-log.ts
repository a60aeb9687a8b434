import type { Store } from '../../store/store.ts';

/** Notes an operation that belongs to no run; `local.log` shows it. */
export const noteOperation = ({ log }: Pick<Store, 'log'>, line: string): Promise<void> =>
  log.append(0, [{ stream: 'local', node: undefined, step: undefined, level: 'info', line }]);
