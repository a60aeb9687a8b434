import { readdirSync, readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';

/** The programs of an engine, by words of their command lines. */
const PROGRAMS = {
  worker: '/worker/main.ts',
  gateway: '/api/main.ts',
  mirror: '/mirror/main.ts',
  temporal: 'start-dev',
};

export type Program = keyof typeof PROGRAMS | 'simulation';

/** Seconds of processor time so far, and MiB of memory: now and at most. */
export interface Use {
  readonly cpu: number;
  readonly memory: number;
  readonly most: number;
}

const TICKS = Number(spawnSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }).stdout) || 100;

/** What each program has used; `parent` is the process that started them. */
export function usedBy(parent: number, simulation: number): ReadonlyMap<Program, Use> {
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && fieldsOf(name)[1] === String(parent));
  const pidOf = (words: string): string | undefined =>
    children.find((pid) => read(`/proc/${pid}/cmdline`).includes(words));
  return new Map(
    [
      ...Object.entries(PROGRAMS).map(([name, words]) => [name, pidOf(words)] as const),
      ['simulation', String(simulation)] as const,
    ]
      .filter((entry): entry is readonly [Program, string] => entry[1] !== undefined)
      .map(([name, pid]) => [name, useOf(pid)]),
  );
}

function useOf(pid: string): Use {
  const fields = fieldsOf(pid);
  const kib = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(read(`/proc/${pid}/status`))?.[1]);
  return {
    cpu: (Number(fields[11]) + Number(fields[12])) / TICKS,
    memory: kib('VmRSS') / 1024,
    most: kib('VmHWM') / 1024,
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
