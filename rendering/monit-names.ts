import { type Problem, InputError } from '../domain/errors.ts';
import type { Instance } from '../domain/instance.ts';
import { phrase } from '../domain/text/text.ts';
import { readMonitEntry } from '../release/monit/monit-entry.ts';
import type { FileContent } from './sandbox/dry-render-protocol.ts';

/** What a job has monit check. */
export interface MonitName {
  readonly name: string;
  readonly job: string;
}

/** The names in the entries of one instance, by job. */
export const monitNames = (entries: Readonly<Record<string, FileContent>>): MonitName[] =>
  Object.entries(entries).flatMap(([job, entry]) =>
    readMonitEntry(entryText(entry)).services.map((name) => ({ name, job })),
  );

export const entryText = (content: FileContent): string =>
  typeof content === 'string' ? content : Buffer.from(content.base64, 'base64').toString('latin1');

interface NamedInstance {
  readonly instance: Instance;
  readonly names: readonly MonitName[];
}

/** A node's monit takes each name once, whichever instance has it. Throws InvalidConfiguration with all that meet. */
export function refuseSharedNames(instances: readonly NamedInstance[]): void {
  const problems: Problem[] = [];
  const taken = new Map<string, MonitName & Pick<NamedInstance, 'instance'>>();
  for (const { instance, names } of instances)
    for (const { name, job } of names) {
      const { address, component, id } = instance;
      const place = `${address} ${name}`;
      const other = taken.get(place);
      if (other === undefined) taken.set(place, { name, job, instance });
      else if (other.instance !== instance)
        problems.push({
          pointer: `/components/${component}`,
          message: phrase(
            'monit on {address} takes the name {name} once, but {id} (job {job}) and {other} (job {otherJob}) both have it: give one of them another address',
            { address, name, id: other.instance.id, job: other.job, other: id, otherJob: job },
          ),
        });
    }
  if (problems.length > 0) throw new InputError('InvalidConfiguration', problems);
}
