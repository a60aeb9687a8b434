import { debian12 } from './debian-12.ts';
import type { NodeProfile } from './profile.ts';
import { ubuntu1004 } from './ubuntu-10.04.ts';
import { ubuntu1204 } from './ubuntu-12.04.ts';

export const DEFAULT_PROFILE: NodeProfile = debian12;

export const PROFILES: readonly NodeProfile[] = [debian12, ubuntu1204, ubuntu1004];

/** The profile that serves a system (`debian-12`), or undefined for one we do not support. */
export const profileFor = (system: string): NodeProfile | undefined =>
  PROFILES.find((profile) => profile.system === system);
