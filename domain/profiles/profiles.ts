import { debian12 } from './debian-12.ts';
import type { NodeProfile } from './profile.ts';

export const DEFAULT_PROFILE: NodeProfile = debian12;

export const PROFILES: readonly NodeProfile[] = [debian12];

/** The profile that serves a system (`debian-12`), or undefined for one we do not support. */
export const profileFor = (system: string): NodeProfile | undefined =>
  PROFILES.find((profile) => profile.system === system);
