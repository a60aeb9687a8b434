import { firstJoined } from '../../domain/text/joined.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import type { TargetEnd } from '../target/target-end.ts';
import type { InstanceEnd } from './needs.ts';

/** A whole cluster that was given up would be more than Temporal takes as one value, and than anybody reads. */
const MOST_NAMED = 50;

/** Why a run is incomplete, undefined where nothing is wrong; the run itself and its log know the rest. */
export const reasonOf = (shortcomings: readonly Text[]): Text | undefined =>
  shortcomings.length === 0 ? undefined : firstJoined(shortcomings, MOST_NAMED);

/** What is wrong with nodes that were prepared. */
export const givenUp = (ends: ReadonlyMap<string, TargetEnd>): Text[] =>
  [...ends].flatMap(([target, { reason, skipped }]) => [
    ...(reason === undefined ? [] : [phrase('{place}: {what}', { place: target, what: reason })]),
    ...(skipped.length === 0 ? [] : [phrase('{target}: skipped {steps}', { target, steps: skipped })]),
  ]);

/** Why instances do not run. */
export const notRunning = (ends: ReadonlyMap<string, InstanceEnd>): Text[] =>
  [...ends].flatMap(([id, { reason }]) =>
    reason === undefined ? [] : [phrase('{place}: {what}', { place: id, what: reason })],
  );
