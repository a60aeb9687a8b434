import type { Service } from './service-unit.ts';

const SHOWN = [
  ['program', 'folder'],
  ['account', 'user'],
  ['data', 'dataDir'],
  ['cache', 'cacheDir'],
  ['key file', 'keyFile'],
] as const;

/** One line a setting, with what an update kept and what it changed. */
export function comparedSettings(service: Service, before: Service | undefined): string {
  return SHOWN.filter(([, key]) => (service[key] ?? before?.[key]) !== undefined)
    .map(([word, key]) => `  ${word.padEnd(8)} ${service[key] ?? 'none'}${change(service[key], before, before?.[key])}`)
    .join('\n');
}

function change(now: string | undefined, before: Service | undefined, then: string | undefined): string {
  if (before === undefined) return '';
  return now === then ? ' (kept)' : ` (was ${then ?? 'none'})`;
}
