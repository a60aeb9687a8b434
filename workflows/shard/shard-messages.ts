import { defineSignal } from '@temporalio/workflow';
import { STEPS } from '../../domain/steps.ts';
import { isText } from '../../domain/text/text.ts';
import type { InstanceEnd } from '../deploy/needs.ts';
import { type FromChild, hasTexts } from '../handle-signal.ts';
import { isLooked } from '../deploy/unread-nodes.ts';
import type { Looked, ParkedStep } from '../messages.ts';
import type { TargetEnd } from '../target/target-end.ts';

export const shardWorkflowId = (cluster: string, run: number, shard: number): string =>
  `cluster/${cluster}/${run}/shard/${shard}`;

/** What has happened to a target of a shard. */
export type News =
  | { readonly kind: 'begin'; readonly target: string }
  | { readonly kind: 'park'; readonly target: string; readonly step: ParkedStep }
  | { readonly kind: 'stepAside'; readonly target: string; readonly builder: string }
  | { readonly kind: 'goOn'; readonly target: string }
  | { readonly kind: 'silent'; readonly target: string; readonly isSilent: boolean }
  /** It waits for what it needs. `like`: as that one does, which has asked before. */
  | { readonly kind: 'ask'; readonly target: string; readonly like?: string }
  /** It runs already, as a look has shown, and waits for its turn to be changed. */
  | { readonly kind: 'turn'; readonly target: string }
  /** `target`: the address. */
  | { readonly kind: 'looked'; readonly target: string; readonly changes: Looked['changes'] }
  | { readonly kind: 'node'; readonly target: string; readonly end: TargetEnd }
  | { readonly kind: 'instance'; readonly target: string; readonly end: InstanceEnd };

export interface ShardReport {
  /** In the order in which it happened. */
  readonly news: readonly News[];
  /** Whether any step there has changed something so far. */
  readonly hasChanged: boolean;
  /** Addresses where a command may still be at work although its target is over. */
  readonly unknown: readonly string[];
}

/** What one that has asked needs is there, or never will be; or it is its turn. */
export interface ShardAnswer {
  readonly id: string;
  /** To one that waits for its turn: whether another of its component has failed before it. */
  readonly isRollBroken?: boolean;
  /** What is not going to run. */
  readonly lacking?: string;
  /** Holds for every later instance of its component too. */
  readonly isForGood: boolean;
}

/** From a shard to the root. */
export const newsSignal = defineSignal<FromChild<ShardReport>>('news');
/** From the root to a shard. */
export const answerSignal = defineSignal<[ShardAnswer]>('answer');

// Signals may be typed by hand.

export const isAnswer = hasTexts('id');

export const isReport = (input: unknown): boolean => {
  const { news, unknown } = (input ?? {}) as Partial<ShardReport>;
  return Array.isArray(news) && Array.isArray(unknown) && news.every(isNews);
};

function isNews(input: unknown): boolean {
  if (!hasTexts('kind', 'target')(input)) return false;
  const news = input as News;
  switch (news.kind) {
    case 'park':
      return hasTexts('target', 'step', 'code')(news.step) && news.step.step in STEPS && isText(news.step.message);
    case 'stepAside':
      return hasTexts('builder')(news);
    case 'node':
    case 'instance':
      return hasTexts('state')(news.end);
    case 'begin':
    case 'goOn':
    case 'silent':
    case 'ask':
    case 'turn':
      return true;
    case 'looked':
      return isLooked({ ...news, address: news.target });
    default:
      return false;
  }
}
