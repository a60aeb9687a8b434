import {
  CancellationScope,
  condition,
  getExternalWorkflowHandle,
  setCurrentDetails,
  setHandler,
  patched,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { SignalDefinition } from '@temporalio/common';
import { EVENTS_FOR_ALL, UPDATES_FOR_ALL } from '../../domain/run/execution-limits.ts';
import { STEPS } from '../../domain/steps.ts';
import { causeOf, wasTerminated, whyGivenUp } from '../child-end.ts';
import { clusterDetails } from '../details.ts';
import { endCommands } from '../end-commands.ts';
import { handleSignal, hasTexts } from '../handle-signal.ts';
import {
  type ClusterStatus,
  instanceWorkflowId,
  nodeWorkflowId,
  type ParkedStep,
  parkedKey,
  parkedSignal,
  type Phase,
  phaseKey,
  type ResolveRequest,
  resolveSignal,
  silentSignal,
  slotSignal,
  statusQuery,
  unparkedSignal,
  waitingSignal,
} from '../messages.ts';
import { engine } from '../proxies.ts';
import { chosen } from '../resolve.ts';
import type { TargetEnd } from '../run-steps.ts';

/** A place a working target holds and a parked one gives back: a preparing slot, or its node. */
export interface Place {
  acquire(): Promise<void>;
  release(): void;
}

interface Target {
  /** An address (preparing) or an instance id (updating). */
  readonly target: string;
  readonly address: string;
}

/** Who works, who is parked, who waits; shown as current details, search attributes and query. */
export class ClusterState {
  readonly #cluster: string;
  readonly #parked = new Map<string, ParkedStep>();
  readonly #working = new Map<string, Place>();
  /** Parked ones, and those that wait for a place to go on. */
  readonly #placeless = new Set<string>();
  readonly #waiting = new Map<string, readonly string[]>();
  readonly #silent = new Set<string>();
  /** Who is being restarted or stopped inside the run; undefined = nobody asked for it. */
  #operated: readonly string[] | undefined;
  #phase: Phase = 'starting';
  #headline = 'Starting';
  #shown = '';
  #lost: string | undefined;
  #hasChanged = false;
  /** Nodes where a command may still be at work although its target is over. */
  readonly unknown = new Set<string>();
  #updates = 0;
  #isLimitNoted = false;
  run: number | undefined;
  /** Of the execution that began the run; a Reset goes on with the run under another one. */
  temporalRunId: string | undefined;
  revision: number | undefined;
  /** sha256 of its tarball; a run of an older engine does not know. */
  release: string | undefined;

  constructor(cluster: string) {
    this.#cluster = cluster;
    setHandler(statusQuery, () => this.status(), {
      description: 'Run, phase, and what is parked, working and waiting.',
    });
    handleSignal(parkedSignal, isParkedStep, (step) => this.#park(step), {
      description: 'A child gave up a step and waits.',
    });
    const isSilence = hasTexts('target');
    handleSignal(
      silentSignal,
      isSilence,
      ({ target, isSilent }) => void this.#silent[isSilent ? 'add' : 'delete'](target),
      {
        description: 'The node of a child does not answer, or does again.',
      },
    );
    handleSignal(
      waitingSignal,
      hasTexts('target', 'builder'),
      ({ target, builder }) => this.#stepAside(target, builder),
      {
        description: 'A child waits until another node has built what it lacks.',
      },
    );
    // The handlers run on when the run is cancelled: a cancellation thrown in one of them would fail the workflow.
    const goesOn = (target: string): Promise<void> => CancellationScope.nonCancellable(() => this.#unpark(target));
    handleSignal(unparkedSignal, (input) => typeof input === 'string', goesOn, { description: 'A child goes on.' });
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

  /** Updates that were accepted so far. */
  get updates(): number {
    return this.#updates;
  }

  /** Counts an update, and says when only as many are left as are kept for decisions. */
  countUpdate(): void {
    this.#updates += 1;
    this.#noteLimit();
  }

  /** Notes who is being restarted or stopped; undefined = that is over. Meanwhile the run counts as working. */
  operate(ids: readonly string[] | undefined): void {
    this.#operated = ids;
    this.show();
  }

  /** Also when the run is cancelled: it is not over while a restart or a stop inside it is being ended. */
  async untilNobodyOperates(): Promise<void> {
    const isOver = (): boolean => this.#operated === undefined;
    if (isOver()) return;
    if (!patched('a cancel waits for who operates')) return condition(isOver);
    await CancellationScope.nonCancellable(() => condition(isOver));
  }

  /** It has begun and is not over, parked or not. */
  isAtWork(target: string): boolean {
    return this.#working.has(target);
  }

  isParked(target: string): boolean {
    return this.#parked.has(target);
  }

  enter(phase: Phase, headline: string): void {
    this.#phase = phase;
    this.#headline = headline;
    this.show();
  }

  /** Why this execution no longer owns its run, as a step was told; undefined = it does. */
  get lost(): string | undefined {
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
    await place.acquire();
    this.#working.set(target, place);
    this.#waiting.delete(target);
    this.show();
    const isStarted = !CancellationScope.current().consideredCancelled;
    try {
      const end = await run();
      this.#hasChanged ||= end.hasChanged ?? true;
      if (end.state === 'aborted' && patched('commands of what is given up are ended'))
        await this.#endCommands({ target, address });
      return end;
    } catch (error) {
      if (causeOf(error).code === 'RunEnded') this.#lose(causeOf(error).message);
      if (isStarted) await this.#endCommands({ target, address }, wasTerminated(error));
      return { state: 'aborted', skipped: [], reason: whyGivenUp(error) };
    } finally {
      this.#parked.delete(target);
      if (!this.#placeless.delete(target)) place.release();
      this.#working.delete(target);
      this.show();
    }
  }

  /** Nothing of it is left at work on its node, or it is said where that is not known. */
  async #endCommands({ target, address }: Target, isWatched = false): Promise<void> {
    const isKnown = await endCommands({ run: this.run ?? 0, target, address, isWatched });
    if (!isKnown) this.unknown.add(address);
  }

  wait(target: string, reasons: readonly string[]): void {
    if (reasons.length > 0) this.#waiting.set(target, reasons);
    else this.#waiting.delete(target);
  }

  /** Passes a decision on to the children it is about. */
  async resolve(request: ResolveRequest): Promise<string> {
    const targets = chosen(request, this.parked).map(({ target }) => target);
    await Promise.all(targets.map((target) => this.#tell(target, resolveSignal, request)));
    return `${request.action}: ${targets.join(', ')}`;
  }

  status(): ClusterStatus {
    return {
      run: this.run,
      revision: this.revision,
      phase: this.#phase,
      parked: this.parked,
      working: [...[...this.#working.keys()].filter((target) => !this.#parked.has(target)), ...(this.#operated ?? [])],
      waiting: [...this.#waiting].map(([target, reasons]) => ({ target, for: reasons })),
      used: { updates: this.#updates, events: workflowInfo().historyLength },
    };
  }

  show(): void {
    const { parked, working } = this.status();
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

  #noteLimit(): void {
    const { updates, events } = this.status().used;
    if (this.#isLimitNoted || this.run === undefined || (updates < UPDATES_FOR_ALL && events < EVENTS_FOR_ALL)) return;
    this.#isLimitNoted = true;
    const used = updates < UPDATES_FOR_ALL ? `${events} of 51,200 events` : `${updates} of 2,000 updates`;
    const note = engine.noteLimit.executeWithOptions({ summary: 'Say what is used up' }, [{ run: this.run, used }]);
    // The run goes on whether or not it could be said.
    note.catch(() => undefined);
  }

  #park(step: ParkedStep): void {
    this.#noteLimit();
    this.#parked.set(step.target, step);
    this.#leavePlace(step.target);
    this.show();
  }

  #stepAside(target: string, builder: string): void {
    this.wait(target, [`builds of ${builder}`]);
    this.#leavePlace(target);
    this.show();
  }

  /** Once: one that parks for another cause has given its place back already. */
  #leavePlace(target: string): void {
    if (!this.#placeless.has(target)) this.#working.get(target)?.release();
    this.#placeless.add(target);
  }

  async #unpark(target: string): Promise<void> {
    // Decided is no longer parked, even where its place is taken at the moment.
    this.#parked.delete(target);
    this.wait(target, []);
    this.show();
    const place = this.#working.get(target);
    if (place === undefined) return;
    await place.acquire();
    if (this.#working.get(target) !== place) return place.release(); // it ended while it waited
    this.#placeless.delete(target);
    // What is left of the history is kept for decisions.
    const mayRetry = workflowInfo().historyLength < EVENTS_FOR_ALL;
    await this.#tell(target, slotSignal, ...(mayRetry ? [] : [{ mayRetry }]));
  }

  /** A child that has ended meanwhile hears nothing, and its end says so elsewhere. */
  async #tell<Args extends unknown[]>(target: string, signal: SignalDefinition<Args>, ...args: Args): Promise<void> {
    await this.#child(target)
      .signal(signal, ...args)
      .catch(() => undefined);
  }

  #lose(message: string): void {
    this.#lost = message;
    CancellationScope.current().cancel();
  }

  #child(target: string) {
    const run = this.run ?? 0;
    const id = target.includes('/')
      ? instanceWorkflowId(this.#cluster, run, target)
      : nodeWorkflowId(this.#cluster, run, target);
    return getExternalWorkflowHandle(id);
  }
}

const isParkedStep = (input: unknown): boolean =>
  hasTexts('target', 'step', 'code', 'message')(input) && (input as ParkedStep).step in STEPS;
