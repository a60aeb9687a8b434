import { speak } from '../domain/text/own-language.ts';

// Bundled with the workflows of an engine that speaks Chinese: a workflow cannot read settings. Only words for people depend on
// it, which are no part of what a replay compares.
speak('zh');

/** What Temporal looks for in a module that is loaded before a workflow. */
export const interceptors = (): object => ({});
