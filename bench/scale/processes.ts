import { readdirSync, readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';

/** The programs that an engine starts, by words of their command lines. */
const PROGRAMS = {
  worker: '/worker/main.ts',
  gateway: '/api/main.ts',
  mirror: '/mirror/main.ts',
  temporal: 'start-dev',
};

/** `server`: which starts them; `ruby`: that the gateway keeps ready. */
export type Program = keyof typeof PROGRAMS | 'server' | 'ruby' | 'simulation';

/** Seconds of processor time so far, and MiB of memory now: its own, and of files such as node's, which programs share. */
export interface Use {
  readonly cpu: number;
  readonly own: number;
  readonly files: number;
}

const TICKS = Number(spawnSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }).stdout) || 100;

/** What each program has used; `parent` is the server. */
export function usedBy(parent: number, simulation: number): ReadonlyMap<Program, Use> {
  const children = childrenOf(parent);
  const pidOf = (words: string): string | undefined =>
    children.find((pid) => read(`/proc/${pid}/cmdline`).includes(words));
  const gateway = pidOf(PROGRAMS.gateway);
  return new Map(
    [
      ...Object.entries(PROGRAMS).map(([name, words]) => [name, pidOf(words)] as const),
      ['server', String(parent)] as const,
      ['ruby', gateway === undefined ? undefined : childrenOf(Number(gateway))[0]] as const,
      ['simulation', String(simulation)] as const,
    ]
      .filter((entry): entry is readonly [Program, string] => entry[1] !== undefined)
      .map(([name, pid]) => [name, useOf(pid)]),
  );
}

const childrenOf = (parent: number): string[] =>
  readdirSync('/proc').filter((name) => /^\d+$/.test(name) && fieldsOf(name)[1] === String(parent));

/** The most memory that all programs but Temporal have had together, in MiB; what they share of files counts once. */
export class MemoryPeak {
  all = 0;
  details = '';

  note(uses: ReadonlyMap<Program, Use>): void {
    const own = [...uses].filter(([name]) => name !== 'simulation' && name !== 'temporal');
    const files = Math.max(0, ...own.map(([, use]) => use.files));
    const all = own.reduce((sum, [, use]) => sum + use.own, files);
    if (all <= this.all) return;
    this.all = all;
    this.details = [...own.map(([name, use]) => `${name} ${use.own.toFixed(0)}`), `files ${files.toFixed(0)}`].join(
      ', ',
    );
  }
}

function useOf(pid: string): Use {
  const fields = fieldsOf(pid);
  const kib = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(read(`/proc/${pid}/status`))?.[1]);
  return {
    cpu: (Number(fields[11]) + Number(fields[12])) / TICKS,
    own: (kib('RssAnon') + kib('RssShmem')) / 1024,
    files: kib('RssFile') / 1024,
  };
}

/** Behind the name: state, parent and so on. */
const fieldsOf = (pid: string): readonly string[] =>
  read(`/proc/${pid}/stat`)
    .replace(/^.*\) /, '')
    .split(' ');

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // it has ended
  }
}
