import { sweepSteps } from '../../domain/plan/plan-preview.ts';
import type { StepRecord } from '../../domain/run/run.ts';
import { targetOf } from '../../domain/run/target.ts';
import type { Language } from '../../domain/text/text.ts';
import { type SaidJson, saidJson } from '../http/language.ts';
import { instanceView, nodeView, runHead, type RunParts, runTail, strayView } from './run-view.ts';

/** The JSON of one node or instance, as it stays until another of its steps begins. */
interface Kept extends SaidJson {
  readonly records: readonly StepRecord[] | undefined;
  readonly language: Language;
}

/** Of what the plan has: that of its nodes and instances which was said last. */
export type KeptParts = WeakMap<object, Kept>;

/**
 * A whole run: every step of every node and instance, and what waits for what. Of thousands of nodes that is megabytes, of which
 * little has changed since somebody asked last: `kept` has the rest.
 */
export function runAnswer(parts: RunParts, language: Language, kept: KeptParts = new WeakMap()): SaidJson {
  const { run, plan, steps } = parts;
  // What an ended run has left open lasted until its end.
  const now = run.endedAt ?? parts.now;
  const say = (entry: object, records: readonly StepRecord[] | undefined, view: () => unknown): SaidJson => {
    const known = kept.get(entry);
    if (known !== undefined && known.records === records && known.language === language) return known;
    const said = saidJson(view(), language);
    // Of a step that goes on the time changes.
    const isSettled = records?.every(({ endedAt }) => endedAt !== undefined) ?? true;
    if (isSettled) kept.set(entry, { ...said, records, language });
    else kept.delete(entry);
    return said;
  };

  const { nodes = [], instances = [], sweeps = [] } = plan ?? {};
  const sweepsAt = Map.groupBy(sweeps, ({ address }) => address);
  const planned = new Set([...nodes.map(({ address }) => address), ...instances.map(({ id }) => id)]);
  // Before the plan is made, and for nodes that only connect, there are only records.
  const recorded = [...steps.keys(), ...sweepsAt.keys()];
  const others = [...new Set(recorded)].filter((target) => !planned.has(target));
  const saidNodes = [
    ...nodes.map((node) => {
      const records = steps.get(node.address);
      const all = () => [...node.steps, ...sweepSteps(sweepsAt.get(node.address))];
      return say(node, records, () => nodeView(node.address, all(), records, now));
    }),
    ...others
      .filter(isNode)
      .map((address) =>
        saidJson(nodeView(address, sweepSteps(sweepsAt.get(address)), steps.get(address), now), language),
      ),
  ];
  const saidInstances = [
    ...instances.map((instance) => {
      const records = steps.get(instance.id);
      return say(instance, records, () => instanceView(instance, records, now));
    }),
    ...others.filter((target) => !isNode(target)).map((id) => saidJson(strayView(id, steps.get(id), now), language)),
  ];
  const head = saidJson(runHead(parts), language);
  const tail = saidJson(runTail(parts), language);
  const list = (all: readonly SaidJson[]): string => all.map(({ json }) => json).join(',');
  return {
    json: `${head.json.slice(0, -1)},"nodes":[${list(saidNodes)}],"instances":[${list(saidInstances)}],${tail.json.slice(1)}`,
    hasTexts: [head, tail, ...saidNodes, ...saidInstances].some(({ hasTexts }) => hasTexts),
  };
}

const isNode = (target: string): boolean => targetOf(target).kind === 'node';
