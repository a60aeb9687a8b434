import { setTimeout as wait } from 'node:timers/promises';
import { besideHeapBytes, giveBackMemory } from '../../../api/give-back-memory.ts';

// A program that has made a large answer, and is asked small things all the time. Prints what it keeps beside its heap before and
// after memory is given back, in MiB.

const someObjects = (count: number): object[] =>
  Array.from({ length: count }, (_, index) => ({ index, text: `x${index}` }));

const beAskedUntil = async (holds: () => boolean): Promise<void> => {
  while (!holds()) {
    someObjects(100_000);
    await wait(20);
  }
};

const mebibytes = (): number => Math.round(besideHeapBytes() / 1024 ** 2);

let answer: object[] = someObjects(4_000_000);
await beAskedUntil(() => answer.length > 0);
answer = [];
await beAskedUntil(() => mebibytes() > 220);
const before = mebibytes();
giveBackMemory(new AbortController().signal, 100);
await beAskedUntil(() => mebibytes() < 150);
process.stdout.write(JSON.stringify({ before, after: mebibytes() }));
