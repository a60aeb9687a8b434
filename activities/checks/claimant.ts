import type { ClaimFiles } from '../../domain/node/adoption.ts';
import type { Visitor } from '../../domain/node/copied-engine.ts';

/** The control machine of an engine, as nodes that it claims keep it. */
export interface Controller {
  readonly host: string;
  /** Tells machines apart: a digest of its machine-id, which itself goes nowhere. Empty where the machine has none. */
  readonly machine: string;
  /** When the engine's worker began, as an ISO time. */
  readonly startedAt: string;
  /** Address under which nodes reach it. Older engines leave none. */
  readonly address?: string;
  /** Fingerprint of the serial that the claiming run was counted for. An older engine leaves none. */
  readonly serial?: string;
}

/**
 * Reads `ENGINE GENERATION RUN JSON`. It counts only if one of the claim's copies says the same: the fence may have been raised
 * again by an engine that leaves no such note.
 */
export function visitorIn(line: string, { owner, fence }: ClaimFiles): Visitor | undefined {
  const [, copy, generation, run, json = ''] = /^(\S+ (\d{1,15}) (\d{1,15})) (.*)$/.exec(line) ?? [];
  if (copy === undefined || ![owner, fence].includes(copy)) return undefined;
  const { host, machine } = textsIn(json);
  return {
    generation: Number(generation),
    run: Number(run),
    ...(host === undefined ? {} : { host }),
    ...(machine === undefined ? {} : { machine }),
  };
}

/** What is known of the engine that claimed a node, beyond its id. */
export interface Claimant extends Partial<Controller> {
  readonly engine: string;
  /** When it first claimed the node, as an ISO time of the node's clock. */
  readonly since: string;
}

/** Reads `ENGINE SECONDS JSON`; undefined where nothing of use is kept. */
export function claimantIn(line: string): Claimant | undefined {
  const [, engine, seconds, json = ''] = /^(\S+) (\d{1,11})(?: (.*))?$/.exec(line) ?? [];
  if (engine === undefined) return undefined;
  return { engine, since: new Date(Number(seconds) * 1000).toISOString(), ...textsIn(json) };
}

const textsIn = (json: string): Partial<Controller> =>
  Object.fromEntries(
    Object.entries(fieldsIn(json)).filter(([name, value]) => CONTROLLER.includes(name) && typeof value === 'string'),
  );

const CONTROLLER: readonly string[] = [
  'host',
  'machine',
  'startedAt',
  'address',
  'serial',
] satisfies (keyof Controller)[];

/** What a node keeps may be damaged. */
function fieldsIn(json: string): object {
  try {
    const parsed: unknown = JSON.parse(json);
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
}
