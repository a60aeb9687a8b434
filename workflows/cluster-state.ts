import { getExternalWorkflowHandle, setCurrentDetails, setHandler, upsertSearchAttributes } from '@temporalio/workflow';
import { clusterDetails } from './details.ts';
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
  slotSignal,
  statusQuery,
  unparkedSignal,
} from './messages.ts';
import { chosen } from './resolve.ts';

/** A place a working target holds and a parked one gives back: a preparing slot, or its node. */
export interface Place {
  acquire(): Promise<void>;
  release(): void;
}

/** Who works, who is parked, who waits; shown as current details, search attributes and query. */
export class ClusterState {
  readonly #cluster: string;
  readonly #parked = new Map<string, ParkedStep>();
  readonly #working = new Map<string, Place>();
  /** Parked ones, and those that wait for a place to go on. */
  readonly #placeless = new Set<string>();
  readonly #waiting = new Map<string, readonly string[]>();
  #phase: Phase = 'starting';
  #headline = 'Starting';
  #shown = '';
  run: number | undefined;
  revision: number | undefined;

  constructor(cluster: string) {
    this.#cluster = cluster;
    setHandler(statusQuery, () => this.status(), {
      description: 'Run, phase, and what is parked, working and waiting.',
    });
    setHandler(parkedSignal, (step) => this.#park(step), { description: 'A child gave up a step and waits.' });
    setHandler(unparkedSignal, (target) => this.#unpark(target), { description: 'A child goes on.' });
  }

  get parked(): ParkedStep[] {
    return [...this.#parked.values()];
  }

  get phase(): Phase {
    return this.#phase;
  }

  isParked(target: string): boolean {
    return this.#parked.has(target);
  }

  enter(phase: Phase, headline: string): void {
    this.#phase = phase;
    this.#headline = headline;
    this.show();
  }

  /** Runs a target's work in its place; the place is free while the target is parked. */
  async work<Result>(target: string, place: Place, run: () => Promise<Result>): Promise<Result> {
    await place.acquire();
    this.#working.set(target, place);
    this.#waiting.delete(target);
    this.show();
    try {
      return await run();
    } finally {
      this.#parked.delete(target);
      if (!this.#placeless.delete(target)) place.release();
      this.#working.delete(target);
      this.show();
    }
  }

  wait(target: string, reasons: readonly string[]): void {
    if (reasons.length > 0) this.#waiting.set(target, reasons);
    else this.#waiting.delete(target);
  }

  /** Passes a decision on to the children it is about. */
  async resolve(request: ResolveRequest): Promise<string> {
    const targets = chosen(request, this.parked).map(({ target }) => target);
    await Promise.all(targets.map((target) => this.#child(target).signal(resolveSignal, request)));
    return `${request.action}: ${targets.join(', ')}`;
  }

  status(): ClusterStatus {
    return {
      run: this.run,
      revision: this.revision,
      phase: this.#phase,
      parked: this.parked,
      working: [...this.#working.keys()].filter((target) => !this.#parked.has(target)),
      waiting: [...this.#waiting].map(([target, reasons]) => ({ target, for: reasons })),
    };
  }

  show(): void {
    const { parked, working } = this.status();
    if (this.#phase === 'working' || this.#phase === 'parked')
      this.#phase = parked.length > 0 && working.length === 0 ? 'parked' : 'working';
    setCurrentDetails(clusterDetails(this.#headline, parked, working));
    const shown = `${this.#phase} ${parked.length}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    upsertSearchAttributes([
      { key: phaseKey, value: this.#phase },
      { key: parkedKey, value: parked.length },
    ]);
  }

  #park(step: ParkedStep): void {
    this.#parked.set(step.target, step);
    this.#placeless.add(step.target);
    this.#working.get(step.target)?.release();
    this.show();
  }

  async #unpark(target: string): Promise<void> {
    // Decided is no longer parked, even where its place is taken at the moment.
    this.#parked.delete(target);
    this.show();
    await this.#working.get(target)?.acquire();
    this.#placeless.delete(target);
    await this.#child(target).signal(slotSignal);
  }

  #child(target: string) {
    const run = this.run ?? 0;
    const id = target.includes('/')
      ? instanceWorkflowId(this.#cluster, run, target)
      : nodeWorkflowId(this.#cluster, run, target);
    return getExternalWorkflowHandle(id);
  }
}
