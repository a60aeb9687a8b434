import type { ComponentName } from './components.ts';
import type { Text } from './text/text.ts';

/** What the node says of processes that an operator stopped, and what plans and rows give as the reason. */
export const STOPPED_BY_OPERATOR = 'stopped by operator';

/** What the last look says of one that is installed and that nobody has started yet. */
export const INSTALLED_ONLY = 'installed, never started';

/** Why it is started after an install. */
export const NEVER_STARTED = 'not started yet';

/** Ticks since boot. */
export interface CpuReading {
  readonly busy: number;
  readonly total: number;
}

/** The last look at one instance; percentages as the documented API prints them. */
export interface InstanceStatus {
  readonly id: string;
  readonly component: ComponentName;
  readonly address: string;
  /** Mean since the look before. */
  readonly cpuPercent: number;
  /** What the next look measures from; undefined if the node did not answer. */
  readonly cpu?: CpuReading;
  readonly memoryPercent: number;
  readonly diskPercent: number;
  readonly isRunning: boolean;
  /** Why it is not running, in monit's words or ours; empty when it runs. */
  readonly detail: Text;
  /** When the look began, in milliseconds since the epoch: what happens during a look is not in it. */
  readonly seenAt: number;
}
