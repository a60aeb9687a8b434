import type { TemplateFailure } from '../domain/manifest/template-problems.ts';
import { phrase } from '../domain/text/text.ts';
import { readMonitEntry } from '../release/monit/monit-entry.ts';
import { openMonit, type Verdict } from '../release/monit/monit-program.ts';
import { entryText, monitNames } from './monit-names.ts';
import type { FileContent } from './sandbox/dry-render-protocol.ts';

/** An entry as it was rendered, and the template it was rendered from. */
export interface RenderedEntry {
  readonly job: string;
  readonly entry: FileContent;
  readonly template: FileContent | undefined;
}

export interface MonitJudge {
  /** Whose judgement it is: monit's, or our own. */
  readonly name: string;
  /** What is wrong with the entries of one instance. */
  judge(entries: readonly RenderedEntry[]): Promise<readonly TemplateFailure[]>;
}

/**
 * Judges monit entries by the monit in this file, else, where there is none that runs on this machine, by our own
 * reading of its grammar.
 */
export async function createMonitJudge(file?: string): Promise<MonitJudge> {
  const monit = file === undefined ? undefined : await openMonit(file);
  const name = monit === undefined ? "our own reading of monit's grammar" : `monit ${monit.version}`;
  const read = monit?.read ?? readByOurselves;
  const known = new Map<string, Promise<readonly TemplateFailure[]>>();

  async function judgeAll(entries: readonly RenderedEntry[]): Promise<readonly TemplateFailure[]> {
    // One monit for all of them; it names the first fault only, so where there is one each is judged alone.
    const together = await judgeTogether(entries);
    if (together.length === 0) return [];
    const alone = await Promise.all(entries.map((entry) => judgeTogether([entry], stubsOf(entry, entries))));
    return alone.some(({ length }) => length > 0) ? alone.flat() : together;
  }

  async function judgeTogether(entries: readonly RenderedEntry[], stubs = ''): Promise<readonly TemplateFailure[]> {
    const texts = Object.fromEntries(entries.map(({ job, entry }) => [job, entryText(entry)]));
    const verdict = await read({ ...texts, [STUBS]: stubs });
    if (verdict === undefined) return [];
    const meant = entries.find(({ job }) => job === verdict.entry) ?? entries[0];
    if (meant === undefined) return [];
    const message = phrase('{name} refuses the rendered entry: {why}', {
      name,
      why: withoutValues(verdict.message, entryText(meant.template ?? '')),
    });
    return [{ job: meant.job, template: 'monit', line: verdict.line, property: null, message }];
  }

  return {
    name,
    judge: (entries) => {
      // The instances of a component mostly have the same entries.
      const key = JSON.stringify(entries);
      const judged = known.get(key) ?? judgeAll(entries);
      known.set(key, judged);
      return judged;
    },
  };
}

const STUBS = 'stubs-of-others';

/** What the others check, so that an entry that depends on one of them can be judged alone. */
function stubsOf({ job, entry }: RenderedEntry, entries: readonly RenderedEntry[]): string {
  const names = (each: Readonly<Record<string, FileContent>>): string[] => monitNames(each).map(({ name }) => name);
  const others = names(
    Object.fromEntries(entries.filter((each) => each.job !== job).map((each) => [each.job, each.entry])),
  );
  const own = new Set(names({ [job]: entry }));
  return [...new Set(others)]
    .filter((name) => !own.has(name))
    .map((name) => `check file "${name}" with path /none\n`)
    .join('');
}

async function readByOurselves(entries: Readonly<Record<string, string>>): Promise<Verdict> {
  const named = new Map<string, string>();
  for (const [entry, text] of Object.entries(entries)) {
    const { services, fault } = readMonitEntry(text);
    if (fault !== undefined) return { entry, ...fault };
    for (const service of services) {
      if (named.has(service)) return { entry, line: null, message: `${service} is checked twice` };
      named.set(service, entry);
    }
  }
  return undefined;
}

/** What the message quotes may be a value of a property, unless it stands in the template. */
const withoutValues = (message: string, template: string): string =>
  message.replace(/'([^']+)'/g, (quote, text: string) => (template.includes(text) ? quote : "'********'"));
