import { type Command, shown } from '../../../domain/command.ts';
import { isEngineError } from '../../../domain/errors.ts';
import { Secret } from '../../../domain/secret.ts';
import type { Act, Change, CommandAct, Step, UploadAct } from '../../../domain/step.ts';
import { inEnglish } from '../../../domain/text/text.ts';

/** A step, and what a node's answers to its check lead to. */
export interface StepCase {
  readonly name: string;
  readonly step: Step<unknown>;
  /** What the check printed. */
  readonly stdout: string;
  readonly exitCode?: number;
}

/**
 * What travels to the node: checks, commands with their standard input, uploads; and what is refused instead. What is long
 * and was shown before is not shown again.
 */
export function shownCases(cases: readonly StepCase[]): string {
  const placeOf = new Map<string, string>();
  const once = (text: string, name: string): string => {
    const place = placeOf.get(text) ?? name;
    placeOf.set(text, place);
    return place === name || text.split('\n').length < 4 ? text : `as in: ${place}\n`;
  };
  return cases
    .map(({ name, step, ...answer }) => {
      const title = `=== ${name}: ${inEnglish(step.title)}\n`;
      const check = `check:\n${once(shownCheck(step.check), `${name}, check`)}`;
      return [title, check, ...answeredBy(step, answer, (text) => once(text, name))].join('');
    })
    .join('\n');
}

const shownCheck = ({ run, once }: Step<unknown>['check']): string =>
  `${once === undefined ? '' : `${commandLines(once)}\nthen:\n`}${commandLines(run)}\n`;

type Once = (text: string) => string;

function answeredBy(step: Step<unknown>, answer: Pick<StepCase, 'stdout' | 'exitCode'>, once: Once): string[] {
  const facts = step.check.parse({ exitCode: 0, ...answer });
  return [
    ...(step.warnings?.(facts) ?? []).map((warning) => `warning: ${inEnglish(warning)}\n`),
    ...changesOf(step, facts, once),
  ];
}

function changesOf(step: Step<unknown>, facts: unknown, once: Once): string[] {
  try {
    const changes = step.changes(facts);
    return changes.length === 0 ? ['as wanted\n'] : changes.map((change) => shownChange(change, once));
  } catch (error) {
    if (!isEngineError(error)) throw error;
    return [`${error.code}: ${error.message}\n`];
  }
}

const shownChange = ({ reason, also = [], act }: Change, once: Once): string =>
  `change: ${[reason, ...also].map(inEnglish).join('; ')}\n${once(`${actLines(act).join('\n')}\n`)}`;

function actLines(act: Act): string[] {
  switch (act.kind) {
    case 'command':
      return [commandLines(act.command), ...optionLines(act)];
    case 'upload':
      return [`upload ${act.path} ${act.mode} ${act.owner ?? 'root:root'}`, contentOf(act)];
    case 'fetchBlob':
      return [`fetch ${act.sha256}, ${act.size} bytes, to ${act.path}`];
    case 'build':
      return [
        `build ${act.key} for ${act.profile}`,
        ...act.prepare.flatMap(({ act: part, unless }) => [
          `prepare${unless === undefined ? '' : ` unless ${commandLines(unless)}`}:`,
          ...actLines(part),
        ]),
        'compile:',
        commandLines(act.compile),
        `unpack ${act.archive}:`,
        commandLines(act.unpack),
      ];
    case 'installRunner':
    case 'leave':
      return [act.kind];
    default:
      return act satisfies never;
  }
}

const commandLines = (command: Command): string =>
  [
    shown(command),
    ...Object.entries(command.secrets).map(([name, secret]) => `stdin: ${name}=${secret.reveal()}`),
  ].join('\n');

const optionLines = ({ long, timeoutMs, failures, hopeless, setsPassword }: CommandAct): string[] =>
  Object.entries({ long, timeoutMs, failures, hopeless, setsPassword })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`);

const contentOf = ({ content }: UploadAct): string => {
  if (content instanceof Secret) return `secret: ${content.reveal()}`;
  return typeof content === 'string' ? content : `bytes: ${[...content].join(' ')}`;
};
