import { patched } from '@temporalio/workflow';

/**
 * Every patch of the workflows, forever: a worker that lacks one of these names leaves the cluster's runs to those that have it
 * (worker/newer-build.ts). So a name is added and never removed.
 */
export const PATCHES = [
  'a cancel waits for who operates',
  'a decision stands',
  'a long history sweeps no more',
  'a plan says once what many wait for',
  'a restart spares what is being removed',
  'a restart waits for what is not started yet',
  'a stop calls off a retry',
  'a stopped instance waits for a decision',
  'an operation has a thousand children at once',
  'commands of an operation are ended',
  'commands of what is given up are ended',
  'few keep no place while others build',
  'many are told in turn',
  'only who is at work parks',
  'shards look after nodes',
  'soft needs pass over what is stuck',
  'soft needs pass over who waits for a removal',
  'the next on a node gets ready',
  'what is left behind is in the way',
  'what was stopped inside the run is not started',
  'who is parked says no more that it is silent',
  'who waits in a shard has no place of the root',
  'who was overtaken asks once more',
] as const;

/** Whether this execution does what the patch brought; false for what was recorded before it. */
export const isPatched = (patch: (typeof PATCHES)[number]): boolean => patched(patch);
