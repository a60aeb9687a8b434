import { phrase, type Text } from '../../domain/text/text.ts';
import type { Service } from './service-unit.ts';

const SHOWN = [
  ['  program  {value}', 'folder'],
  ['  account  {value}', 'user'],
  ['  data     {value}', 'dataDir'],
  ['  cache    {value}', 'cacheDir'],
  ['  key file {value}', 'keyFile'],
] as const;

/** One line a setting, with what an update kept and what it changed. */
export function comparedSettings(service: Service, before: Service | undefined): Text[] {
  return SHOWN.filter(([, key]) => (service[key] ?? before?.[key]) !== undefined).map(([row, key]) =>
    phrase(row, { value: compared(service[key] ?? 'none', before, before?.[key] ?? 'none') }),
  );
}

function compared(now: Text, before: Service | undefined, then: Text): Text {
  if (before === undefined) return now;
  return now === then ? phrase('{now} (kept)', { now }) : phrase('{now} (was {then})', { now, then });
}
