import type { Problem } from '../errors.ts';
import { jsonPointer } from '../schemas/json-pointer.ts';
import { firstNamed } from '../text/joined.ts';
import { phrase, type Text } from '../text/text.ts';

import { saidByRenderer } from './renderer-words.ts';

/** Why one template cannot be rendered. */
export interface TemplateFailure {
  readonly job: string;
  /** Below the job's `templates/`; `monit` and `job.MF` lie beside it. */
  readonly template: string;
  /** Null where it is not known. */
  readonly line: number | null;
  /** The property that is not set or has the wrong shape, if that is the reason. */
  readonly property: string | null;
  /** Names the property where there is one. */
  readonly message: Text;
}

export interface FailedInstance {
  readonly instance: string;
  readonly failures: readonly TemplateFailure[];
}

/** The rest are only counted: a template that fails everywhere would fill pages. */
const MOST_NAMED = 5;

/** All failures of all instances, those that several instances share as one problem that names them. */
export function templateProblems(failed: readonly FailedInstance[]): Problem[] {
  const merged = new Map<string, Problem & { readonly instances: string[] }>();
  for (const { instance, failures } of failed)
    for (const failure of failures) {
      const problem = { pointer: pointerTo(failure), message: sentence(failure) };
      const key = JSON.stringify(problem);
      const known = merged.get(key);
      if (known === undefined) merged.set(key, { ...problem, instances: [instance] });
      else known.instances.push(instance);
    }
  return [...merged.values()].map(({ pointer, message, instances }) => ({
    pointer,
    message: phrase('{what} ({where})', { what: message, where: firstNamed(instances, MOST_NAMED) }),
  }));
}

const BESIDE_TEMPLATES = new Set(['monit', 'job.MF']);

const pointerTo = ({ job, template }: TemplateFailure): string =>
  jsonPointer(['jobs', job, ...(BESIDE_TEMPLATES.has(template) ? [] : ['templates']), template]);

function sentence({ line, message }: TemplateFailure): Text {
  const what = typeof message === 'string' ? saidByRenderer(message) : message;
  return line === null ? what : phrase('line {line}: {what}', { line, what });
}
