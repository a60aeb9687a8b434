import { log, setHandler, type SignalDefinition } from '@temporalio/workflow';

type Handler<Input> = (input: Input) => Promise<void> | void;

/**
 * A signal cannot be refused and stays in the history, so an error in its handler would fail every workflow task from then on:
 * one that was typed by hand and means nothing is passed over.
 */
export function handleSignal<Input>(
  signal: SignalDefinition<[Input]>,
  isMeant: (input: unknown) => boolean,
  handler: Handler<Input>,
  options: { readonly description: string },
): void {
  const checked = (input: Input): Promise<void> | void => {
    if (isMeant(input)) return handler(input);
    log.warn(`signal ${signal.name} means nothing here and is passed over`, { input });
  };
  setHandler(signal, checked, options);
}

/** Whether something is an object that has a text under each of these names. */
export const hasTexts =
  (...names: readonly string[]) =>
  (input: unknown): boolean =>
    typeof input === 'object' &&
    input !== null &&
    names.every((name) => typeof (input as Record<string, unknown>)[name] === 'string');
