import {
  CancellationScope,
  condition,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { EVENTS_FOR_ALL } from '../../domain/run/execution-limits.ts';
import { type Text } from '../../domain/text/text.ts';
import { causeOf, wasTerminated, whyGivenUp } from '../child-end.ts';
import { clusterDetails } from '../current-details.ts';
import { endCommands } from '../end-commands.ts';
import {
  type ClusterStatus,
  holdSignal,
  type ParkedStep,
  parkedKey,
  type Phase,
  phaseKey,
  type ResolveRequest,
  resolveSignal,
  slotSignal,
  statusQuery,
} from '../messages.ts';
import { isPatched } from '../patches.ts';
import { chosen } from '../resolve.ts';
import type { TargetEnd } from '../target/target-end.ts';
import { hearTargets, type TargetListener } from './hear-targets.ts';
import { ELSEWHERE, type Place, Places } from './places.ts';
import { tellTarget, tellTargets } from './tell-target.ts';
import { UsedLimits } from './used-limits.ts';

const HELD_WITHIN_MS = 15_000;

interface Target {
  /** An address (preparing) or an instance id (updating). */
  readonly target: string;
  readonly address: string;
}

/** Is told of everything that happens to targets, after it has happened. */
export interface Witness extends Omit<TargetListener, 'goOn' | 'noteHeld' | 'run'> {
  begin(target: string): void;
  goOn(target: string): void;
}

/**
 * Who works, who is parked, who waits; shown as current details, search attributes and query. Over 200 lines, because
 * every signal and every end of a child changes this one state, and what is shown is computed from all of it.
 */
export class ClusterState implements TargetListener {
  readonly #cluster: string;
  readonly #witness: Partial<Witness>;
  readonly #parked = new Map<string, ParkedStep>();
  readonly #places = new Places();
  /** Targets that wait for a place to begin. */
  readonly #queued = new Set<string>();
  /** Who waits for what another node builds, without a place. */
  readonly #aside = new Set<string>();
  /** Who waits for that in its place. */
  readonly #idle = new Set<string>();
  /** How many have waited without a place and need one to go on. */
  #resuming = 0;
  readonly #waiting = new Map<string, readonly string[]>();
  /** By target: another one that waits for the same. */
  readonly #waitingLike = new Map<string, string>();
  readonly #silent = new Set<string>();
  /** Children that have said that they heard of a stop. */
  readonly #held = new Set<string>();
  /** Why, by target that was given up. */
  readonly #givenUp = new Map<string, Text>();
  /** Who is being restarted or stopped inside the run; undefined = nobody asked for it. */
  #operated: readonly string[] | undefined;
  readonly #asked = new Set<string>();
  #phase: Phase = 'starting';
  #headline: Text = 'Starting';
  #shown = '';
  #lost: Text | undefined;
  #hasChanged = false;
  #isShown = true;
  /** So many wait without a place for what others build; further ones keep theirs, because each that waits is an activity. */
  mostAside = Infinity;
  /** Nodes where a command may still be at work although its target is over. */
  readonly unknown = new Set<string>();
  /** Instances that were stopped inside the run, and neither restarted nor decided about since. */
  readonly stopped = new Set<string>();
  /** What this execution has used of its limits. */
  readonly used = new UsedLimits();
  run: number | undefined;
  /** Of the execution that began the run; a Reset goes on with the run under another one. */
  temporalRunId: string | undefined;
  revision: number | undefined;
  /** sha256 of its tarball; a run of an older engine does not know. */
  release: string | undefined;

  constructor(cluster: string, witness: Partial<Witness> = {}) {
    this.#cluster = cluster;
    this.#witness = witness;
    setHandler(statusQuery, () => this.status(), {
      description: 'Run, phase, and what is parked, working and waiting.',
    });
    hearTargets(this);
  }

  get parked(): ParkedStep[] {
    return [...this.#parked.values()];
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** Its node does not answer at the moment. */
  isSilent(target: string): boolean {
    return this.#silent.has(target);
  }

  /**
   * Notes who is being restarted or stopped, during which the run counts as working; undefined = nobody any more.
   * `asked`: all that were named. Default: as before.
   */
  operate(ids: readonly string[] | undefined, asked?: readonly string[]): void {
    this.#operated = ids;
    if (ids === undefined) this.#asked.clear();
    for (const id of asked ?? []) this.#asked.add(id);
    this.show();
  }

  /** A restart or stop at work has named it: nothing else of the run begins with it meanwhile. */
  isOperated(target: string): boolean {
    return this.#asked.has(target);
  }

  /** Not cancellable: the run is not over while a restart or stop inside it is being ended. */
  async untilNobodyOperates(): Promise<void> {
    const isOver = (): boolean => this.#operated === undefined;
    if (isOver()) return;
    if (!isPatched('a cancel waits for who operates')) return condition(isOver);
    await CancellationScope.nonCancellable(() => condition(isOver));
  }

  /** It has begun and not ended; it may be parked. */
  isAtWork(target: string): boolean {
    return this.#places.placeOf(target) !== undefined;
  }

  isParked(target: string): boolean {
    return this.#parked.has(target);
  }

  /** Why it was given up; undefined = it was not. */
  givenUp(target: string): Text | undefined {
    return this.#givenUp.get(target);
  }

  enter(phase: Phase, headline: Text): void {
    this.#phase = phase;
    this.#headline = headline;
    this.show();
  }

  /** Why this execution no longer owns its run, as a step has reported; undefined = it does. */
  get lost(): Text | undefined {
    return this.#lost;
  }

  /** Whether any step of any target has changed something. */
  get hasChanged(): boolean {
    return this.#hasChanged;
  }

  /**
   * Runs a target's work in its place, which is free while the target is parked. Never rejects: a child that did not end by
   * itself is given up, so that one press on Terminate ends one target and not the run.
   */
  async work({ target, address }: Target, place: Place, run: () => Promise<TargetEnd>): Promise<TargetEnd> {
    this.#queued.add(target);
    await place.acquire();
    this.#queued.delete(target);
    this.begin(target, place);
    const isStarted = !CancellationScope.current().consideredCancelled;
    try {
      const end = await run();
      this.#hasChanged ||= end.hasChanged ?? true;
      if (end.state === 'aborted') this.noteGivenUp(target, end.reason ?? 'given up');
      if (end.state === 'aborted' && isPatched('commands of what is given up are ended'))
        await this.endCommands({ target, address });
      return end;
    } catch (error) {
      if (causeOf(error).code === 'RunEnded') this.lose(causeOf(error).message);
      if (isStarted) await this.endCommands({ target, address }, wasTerminated(error));
      const reason = whyGivenUp(error);
      this.noteGivenUp(target, reason);
      return { state: 'aborted', skipped: [], reason };
    } finally {
      this.end(target);
    }
  }

  /** `place`: default, that of another workflow. */
  begin(target: string, place: Place = ELSEWHERE): void {
    this.#places.begin(target, place);
    this.#waiting.delete(target);
    this.#waitingLike.delete(target);
    this.show();
    this.#witness.begin?.(target);
  }

  end(target: string): void {
    this.#parked.delete(target);
    this.stopped.delete(target);
    this.#endWait(target);
    this.#places.end(target);
    this.show();
  }

  noteChange(): void {
    this.#hasChanged = true;
  }

  /** Takes over several pieces of news as one: only what they come to is shown. */
  together(tell: () => void): void {
    this.#isShown = false;
    tell();
    this.#isShown = true;
    this.show();
  }

  /** Ends what is still at work on the node, or notes that this is not known. */
  async endCommands({ target, address }: Target, isWatched = false): Promise<void> {
    const isKnown = await endCommands({ run: this.run ?? 0, target, address, isWatched });
    if (!isKnown) this.unknown.add(address);
  }

  wait(target: string, reasons: readonly string[]): void {
    if (reasons.length > 0) this.#waiting.set(target, reasons);
    else this.#waiting.delete(target);
    this.#waitingLike.delete(target);
  }

  /** It waits for what the other one waits for. */
  waitLike(target: string, other: string): void {
    this.#waitingLike.set(target, other);
  }

  /** Passes a decision on to the children it is about. */
  async resolve(request: ResolveRequest): Promise<string> {
    const targets = chosen(request, this.parked).map(({ target }) => target);
    await tellTargets(targets, this.#origin, resolveSignal, request);
    return `${request.action}: ${targets.join(', ')}`;
  }

  /** Whether parked targets wait for a decision alone. */
  async hold(targets: readonly string[], isHeld: boolean): Promise<void> {
    for (const target of targets) this.#held.delete(target);
    await tellTargets(targets, this.#origin, holdSignal, isHeld);
  }

  /** Until held targets try nothing any more; a child that does not say so keeps nobody waiting for longer than a few seconds. */
  async untilHeld(targets: readonly string[]): Promise<void> {
    await condition(() => targets.every((target) => this.#held.has(target) || !this.isAtWork(target)), HELD_WITHIN_MS);
  }

  status(): ClusterStatus {
    return {
      run: this.run,
      revision: this.revision,
      phase: this.#phase,
      ...this.#atWork(),
      waiting: [
        ...[...this.#waiting].map(([target, reasons]) => ({ target, for: reasons })),
        ...[...this.#waitingLike].map(([target, other]) => ({ target, for: this.#waiting.get(other) ?? [] })),
      ],
      used: this.used.counts,
    };
  }

  #atWork(): Pick<ClusterStatus, 'parked' | 'working'> {
    const working = this.#places.targets.filter((target) => !this.#parked.has(target));
    return { parked: this.parked, working: [...working, ...(this.#operated ?? [])] };
  }

  show(): void {
    if (!this.#isShown) return;
    const { parked, working } = this.#atWork();
    if (this.#phase === 'working' || this.#phase === 'parked')
      this.#phase = parked.length > 0 && working.length === 0 && this.#operated === undefined ? 'parked' : 'working';
    setCurrentDetails(clusterDetails(this.#headline, parked, working));
    const shown = `${this.#phase} ${parked.length}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    upsertSearchAttributes([
      { key: phaseKey, value: this.#phase },
      { key: parkedKey, value: parked.length },
    ]);
  }

  /** What a Reset repeats of an earlier execution is about nobody who is at work by now. */
  #isOfEarlier(target: string): boolean {
    return !this.isAtWork(target) && isPatched('only who is at work parks');
  }

  park(step: ParkedStep): void {
    if (this.#isOfEarlier(step.target)) return;
    this.used.note(this.run);
    this.#parked.set(step.target, step);
    this.#endWait(step.target);
    this.#places.leave(step.target);
    this.show();
    this.#witness.park?.(step);
  }

  stepAside(target: string, builder: string): void {
    if (this.#isOfEarlier(target)) return;
    this.wait(target, [`builds of ${builder}`]);
    if (!this.#hasPlaceElsewhere(target)) {
      if (this.#mayStepAside(builder)) this.#sendAside(target);
      else this.#idle.add(target);
    }
    this.show();
    this.#witness.stepAside?.(target, builder);
  }

  /** A shard has places of its own, and counts who waits beside them. */
  #hasPlaceElsewhere(target: string): boolean {
    return this.#places.placeOf(target) === ELSEWHERE && isPatched('who waits in a shard has no place of the root');
  }

  /** Whoever may go on needs a place first, and a builder that has not begun. */
  #mayStepAside(builder: string): boolean {
    if (this.#aside.size < this.mostAside || this.#resuming > 0 || this.#queued.has(builder)) return true;
    return !isPatched('few keep no place while others build');
  }

  /** Whether it waited without a place. */
  #endWait(target: string): boolean {
    this.#idle.delete(target);
    return this.#aside.delete(target);
  }

  #sendAside(target: string): void {
    this.#idle.delete(target);
    this.#aside.add(target);
    this.#places.leave(target);
  }

  /** Who has waited for builds does not wait for who has not begun, nor for who cannot work either. */
  async #acquireFirst(place: Place): Promise<void> {
    const [idle] = this.#idle;
    this.#resuming += 1;
    if (idle !== undefined) this.#sendAside(idle);
    await place.acquire(true);
    this.#resuming -= 1;
  }

  noteHeld(target: string): void {
    this.#held.add(target);
  }

  noteGivenUp(target: string, why: Text): void {
    this.#givenUp.set(target, why);
  }

  setSilent(target: string, isSilent: boolean): void {
    this.#silent[isSilent ? 'add' : 'delete'](target);
    this.#witness.setSilent?.(target, isSilent);
  }

  async goOn(target: string): Promise<void> {
    // Once decided it is no longer parked, even if its place is taken at the moment.
    this.#parked.delete(target);
    this.stopped.delete(target);
    const wasAside = this.#endWait(target);
    this.wait(target, []);
    this.show();
    this.#witness.goOn?.(target);
    const place = this.#places.placeOf(target);
    // Whoever looks after it elsewhere gives it its place back.
    if (place === undefined || place === ELSEWHERE) return;
    if (this.#places.isPlaceless(target)) {
      if (wasAside && isPatched('few keep no place while others build')) await this.#acquireFirst(place);
      else await place.acquire();
      if (!this.#places.resume(target, place)) return;
    }
    // The rest of the history is kept for decisions.
    const mayRetry = workflowInfo().historyLength < EVENTS_FOR_ALL;
    await tellTarget({ ...this.#origin, target }, slotSignal, ...(mayRetry ? [] : [{ mayRetry }]));
  }

  get #origin() {
    return { cluster: this.#cluster, run: this.run ?? 0 };
  }

  lose(message: Text): void {
    this.#lost = message;
    CancellationScope.current().cancel();
  }
}
