import { condition } from '@temporalio/workflow';
import { componentOf } from '../../domain/instance.ts';
import type { Witness } from '../deploy/cluster-state.ts';
import type { InstanceEnd } from '../deploy/needs.ts';
import type { Looked, ParkedStep } from '../messages.ts';
import type { TargetEnd } from '../target/target-end.ts';
import type { News } from './shard-messages.ts';

/** So much is told at once: of a node that needs nobody's help there are four pieces. */
const MOST_KEPT = 100;

/**
 * What a shard has not told the root yet. The root's history must not grow with every node, so it is told at once only what
 * somebody may wait for: that a step parks or goes on, that a node is silent, how a failure ended, the first of a component
 * that runs, that nothing of a component or of the whole shard moves any more. The rest goes with that, or by the hundred.
 */
export class Bulletin implements Witness {
  #news: News[] = [];
  #isUrgent = false;
  #isClosed = false;
  /** As the root knows it. */
  #wasAtRest = true;
  readonly #addresses: ReadonlyMap<string, string>;
  readonly #working = new Set<string>();
  readonly #parked = new Set<string>();
  readonly #haveParked = new Set<string>();
  readonly #silent = new Set<string>();
  readonly #asking = new Set<string>();
  readonly #unfinished: ReadonlyMap<string, Set<string>>;
  /** Components that run somewhere in the shard. */
  readonly #running = new Set<string>();
  /** Components of which there is news. */
  readonly #touched = new Set<string>();

  /** Addresses. */
  readonly #unread: Set<string>;

  /** `addresses`: by instance. `unread`: those of nodes that the survey could not read. */
  constructor(addresses: ReadonlyMap<string, string>, unread: Iterable<string>) {
    this.#addresses = addresses;
    this.#unread = new Set(unread);
    const byComponent = Map.groupBy(addresses.keys(), componentOf);
    this.#unfinished = new Map([...byComponent].map(([component, ids]) => [component, new Set(ids)]));
  }

  begin(target: string): void {
    this.#working.add(target);
    this.#add({ kind: 'begin', target });
  }

  park(step: ParkedStep): void {
    this.#parked.add(step.target);
    this.#haveParked.add(step.target);
    this.#add({ kind: 'park', target: step.target, step }, true);
  }

  stepAside(target: string, builder: string): void {
    this.#add({ kind: 'stepAside', target, builder });
  }

  goOn(target: string): void {
    this.#add({ kind: 'goOn', target }, this.#parked.delete(target));
  }

  setSilent(target: string, isSilent: boolean): void {
    this.#silent[isSilent ? 'add' : 'delete'](target);
    this.#add({ kind: 'silent', target, isSilent }, true);
  }

  /** An instance waits for what it needs, perhaps as another does that has asked before. */
  ask(target: string, like: string | undefined): void {
    this.#asking.add(target);
    this.#touched.add(componentOf(target));
    this.#add(like === undefined ? { kind: 'ask', target } : { kind: 'ask', target, like }, like === undefined);
  }

  /** An instance that runs already waits for its turn. */
  askTurn(target: string): void {
    this.#asking.add(target);
    this.#add({ kind: 'turn', target }, true);
  }

  look({ address, changes }: Looked): void {
    this.#unread.delete(address);
    this.#add({ kind: 'looked', target: address, changes });
  }

  answered(target: string): void {
    this.#asking.delete(target);
  }

  endNode(target: string, end: TargetEnd): void {
    this.#end(target);
    this.#add({ kind: 'node', target, end }, this.#haveParked.has(target));
  }

  endInstance(target: string, end: InstanceEnd): void {
    const component = componentOf(target);
    this.#end(target);
    this.#unfinished.get(component)?.delete(target);
    this.#touched.add(component);
    const isFirst = end.state === 'running' && !this.#running.has(component);
    if (isFirst) this.#running.add(component);
    this.#add({ kind: 'instance', target, end }, end.state !== 'running' || isFirst || this.#haveParked.has(target));
  }

  close(): void {
    this.#isClosed = true;
  }

  /** Passes on what there is, as soon as it must, until it is closed and all is told. */
  async tellWhenDue(tell: (news: readonly News[]) => Promise<void>): Promise<void> {
    for (;;) {
      await condition(() => this.#isClosed || this.#isDue());
      const news = this.#news;
      if (news.length === 0 && this.#isClosed) return;
      this.#news = [];
      this.#isUrgent = false;
      this.#wasAtRest = this.#isAtRest();
      this.#touched.clear();
      if (news.length > 0) await tell(news);
    }
  }

  #add(news: News, isUrgent = false): void {
    this.#news.push(news);
    this.#isUrgent ||= isUrgent;
  }

  #end(target: string): void {
    for (const set of [this.#working, this.#parked, this.#silent, this.#asking]) set.delete(target);
  }

  #isDue(): boolean {
    return (
      this.#isUrgent ||
      this.#news.length >= MOST_KEPT ||
      this.#isAtRest() !== this.#wasAtRest ||
      [...this.#touched].some((component) => this.#isStill(component))
    );
  }

  /** Nothing works. */
  #isAtRest(): boolean {
    return [...this.#working].every((target) => this.#parked.has(target));
  }

  /** Nothing of the component comes to an end without a decision, a node that answers, or the root. */
  #isStill(component: string): boolean {
    const isHeld = (target: string): boolean =>
      this.#parked.has(target) || this.#silent.has(target) || this.#unread.has(target);
    return [...(this.#unfinished.get(component) ?? [])].every(
      (id) => isHeld(id) || this.#asking.has(id) || isHeld(this.#addresses.get(id) ?? id),
    );
  }
}
