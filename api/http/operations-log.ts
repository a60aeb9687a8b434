import type { Store } from '../../store/store.ts';

/** Notes what somebody asked of the engine, outside any run: it is read as `local.log`. */
export const noteOperation = ({ log }: Pick<Store, 'log'>, line: string): Promise<void> =>
  log.append(0, [{ stream: 'local', node: undefined, step: undefined, level: 'info', line }]);
