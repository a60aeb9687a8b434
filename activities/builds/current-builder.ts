import type { StepRecord } from '../../domain/run/run.ts';
import { STEPS, type StepName } from '../../domain/steps.ts';
import type { Claims } from '../../store/runs/contract.ts';
import type { Store } from '../../store/store.ts';
import type { StepPlace } from '../attempt/workplace.ts';
import type { Builders } from './builders.ts';

/** A claim that says that a builder is at work, whatever its step. */
export const presenceOf = (address: string): string => `builder/${address}`;

/** Milliseconds: how often it is renewed, and how long it lasts if it is not. */
const RENEW_MS = 10_000;
const PRESENT_MS = 30_000;

/** How long a silent builder is remembered as silent, as a multiple of the time after which it counts as silent. */
const SILENCE_KEPT = 30;

/** Shows that a builder works, until the returned function is called. */
export function showPresence(claims: Claims, address: string, owner: string): () => void {
  const renew = (): void => void claims.take(presenceOf(address), owner, PRESENT_MS).catch(() => undefined);
  renew();
  const renewing = setInterval(renew, RENEW_MS);
  return () => clearInterval(renewing);
}

/** What decides whose turn it is. */
export interface Turn {
  readonly deps: { readonly store: Pick<Store, 'claims' | 'steps'> };
  readonly place: Pick<StepPlace, 'run' | 'address' | 'step'>;
  readonly builders: Builders;
}

/** The node that builds what this one lacks: the first builder that has not given up and is not silent, else this node itself. */
export async function currentBuilder(work: Turn, silenceMs: number): Promise<string> {
  const { place, builders } = work;
  for (const address of builders.order) {
    if (address === place.address) return address;
    if (!(await hasGivenUp(work, address, silenceMs)) && !(await isSilent(work, address, silenceMs))) return address;
  }
  return place.address;
}

/** It waits for an operator, has not answered for long, or is past the step at which it would build this. */
async function hasGivenUp({ deps, place }: Turn, address: string, silenceMs: number): Promise<boolean> {
  const records = await deps.store.steps.ofTarget(place.run, address);
  const [last] = records.toSorted((a, b) => ORDER.indexOf(b.step) - ORDER.indexOf(a.step) || b.round - a.round);
  if (last === undefined) return false;
  if (last.state === 'parked' || last.state === 'aborted') return true;
  if (last.state === 'retrying' && Date.now() - (last.silentSince ?? Date.now()) > silenceMs) return true;
  return isPast(last, place.step);
}

const ORDER = Object.keys(STEPS) as StepName[];

function isPast({ step, state }: StepRecord, ours: StepName): boolean {
  const [theirs, wanted] = [ORDER.indexOf(step), ORDER.indexOf(ours)];
  return theirs > wanted || (theirs === wanted && ['done', 'unchanged', 'skipped'].includes(state));
}

/** Its workflow may have been terminated: what counts is that the builder is at work, not on which artefact. */
async function isSilent(
  { deps, place, builders: { seenAt } }: Turn,
  address: string,
  silenceMs: number,
): Promise<boolean> {
  const { claims } = deps.store;
  const isPresent = (await claims.holder(presenceOf(address))) !== undefined;
  if (isPresent || !seenAt.has(address)) seenAt.set(address, Date.now());
  if (isPresent) return false;
  // This wait counts for all artefacts: the next one is not waited for as long again.
  const silence = `silent/${place.run}/${address}`;
  if ((await claims.holder(silence)) !== undefined) return true;
  const isLong = Date.now() - (seenAt.get(address) ?? 0) > silenceMs;
  if (isLong) await claims.take(silence, place.address, SILENCE_KEPT * silenceMs);
  return isLong;
}
