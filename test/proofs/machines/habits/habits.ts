import type { Habit } from '../habit.ts';
import { ACCOUNTS } from './accounts.ts';
import { LOGINS } from './logins.ts';
import { PACKAGES } from './packages.ts';
import { STORAGE } from './storage.ts';
import { SYSTEM } from './system.ts';

/** Every habit that is tried; a file holds those of one kind. */
export const HABITS: readonly Habit[] = [...SYSTEM, ...ACCOUNTS, ...LOGINS, ...STORAGE, ...PACKAGES];
