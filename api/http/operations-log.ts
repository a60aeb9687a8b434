import type { Store } from '../../store/store.ts';

/** Notes what somebody asked of the engine, outside any run: it is read as `local.log`. */
export const noteOperation = (store: Store, line: string): Promise<void> =>
  store.log.append(0, [{ stream: 'local', node: undefined, step: undefined, level: 'info', line }]);
