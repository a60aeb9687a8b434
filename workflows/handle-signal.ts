import { log, setHandler, type SignalDefinition } from '@temporalio/workflow';

/** `run`: the child's; undefined = from a child of an older build, or typed by hand. */
export type FromChild<News> = [news: News, run?: number];

type Handler<Input> = (input: Input) => Promise<void> | void;

interface HandlerOptions {
  readonly description: string;
  /** The run this execution works on, where the signal says of which one it is. */
  readonly run?: () => number | undefined;
}

/**
 * A signal cannot be refused and stays in the history, so an error in its handler would fail every workflow task from then on:
 * one that was typed by hand and means nothing is passed over, as is one of a child that has outlived its run.
 */
export function handleSignal<Input>(
  signal: SignalDefinition<FromChild<Input>>,
  isMeant: (input: unknown) => boolean,
  handler: Handler<Input>,
  { run, ...options }: HandlerOptions,
): void {
  const checked = (input: Input, ofRun?: number): Promise<void> | void => {
    if (run !== undefined && typeof ofRun === 'number' && ofRun !== run()) return;
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
