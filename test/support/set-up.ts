import { expect } from 'vitest';
import { inEnglish, isPhrase } from '../../domain/text/text.ts';

// Tests say in English what they expect, whether it is a phrase by then or a string.
const said = (value: unknown): unknown => (isPhrase(value) ? inEnglish(value) : value);

expect.addEqualityTesters([
  (a, b) => (isPhrase(a) !== isPhrase(b) ? typeof said(a) === 'string' && said(a) === said(b) : undefined),
]);

expect.addSnapshotSerializer({ test: isPhrase, serialize: (value) => JSON.stringify(said(value)) });

// Zero is the process group of the tests, and -1 everybody.
const kill = process.kill.bind(process);
process.kill = (pid, signal) => {
  if (!(Math.abs(pid) > 1)) throw new Error(`this would end the whole run of the tests: kill ${pid}`);
  return kill(pid, signal);
};

for (const matcher of [expect.stringContaining(''), expect.stringMatching('')]) {
  const kind = Object.getPrototypeOf(matcher) as { asymmetricMatch(other: unknown): boolean };
  const match = kind.asymmetricMatch;
  kind.asymmetricMatch = function (other) {
    return match.call(this, said(other));
  };
}
