import { instanceTag } from '../instance.ts';

/** What steps work on: a node while preparing, an instance in every other stage. */
export type Target =
  { readonly kind: 'node'; readonly address: string } | { readonly kind: 'instance'; readonly id: string };

/** Reads a target as it is stored, recorded and typed by operators: an address, or an instance id such as `nats/0`. */
export const targetOf = (text: string): Target =>
  text.includes('/') ? { kind: 'instance', id: text } : { kind: 'node', address: text };

/** The log stream of a target: the tag of an instance, else the address. */
export function streamOf(text: string): string {
  const target = targetOf(text);
  return target.kind === 'instance' ? instanceTag(target.id) : target.address;
}

/** The word under which the runner keeps commands of a target: the instance id, or `-` for the node as a whole. */
export function runnerInstanceOf(text: string): string {
  const target = targetOf(text);
  return target.kind === 'instance' ? target.id : '-';
}
