import { execFileSync } from 'node:child_process';
import { installedSettings } from './installed-settings.ts';

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** The account of the installed service, where this is its data folder: it could not open what is root's there. */
export function serviceOwner(dataDir: string, unitFile?: string): Owner | undefined {
  const service = installedSettings(unitFile);
  if (service?.dataDir !== dataDir) return undefined;
  const number = (which: string): number => Number(execFileSync('id', [which, service.user], { encoding: 'utf8' }));
  return { uid: number('-u'), gid: number('-g') };
}
