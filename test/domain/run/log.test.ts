import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatLine, stripControls } from '../../../domain/run/log.ts';

it('prints a line as the log socket shows it, in UTC', () => {
  expect(formatLine({ stream: 'nats_0', time: Date.UTC(2026, 0, 2, 14, 3, 22, 999), line: 'start: running' })).toBe(
    '[nats_0] 14:03:22 start: running',
  );
});

describe('stripControls', () => {
  it.each([
    ['a colour', '\u001b[31mred\u001b[0m', '[31mred[0m'],
    ['a C1 control sequence', '\u009b2Jx', '2Jx'],
    ['carriage return and newline', 'a\r\nb', 'ab'],
    ['NUL and DEL', 'a\u0000\u007fb', 'ab'],
    ['a tab stays', 'a\tb', 'a\tb'],
    ['letters beyond ASCII stay', 'é 部署 🚀', 'é 部署 🚀'],
  ])('%s', (_case, text, stripped) => {
    expect(stripControls(text)).toBe(stripped);
  });

  it('leaves no control but the tab, and needs no second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const stripped = stripControls(text);
        expect(stripped).not.toMatch(/[^\P{Cc}\t]/u);
        expect(stripControls(stripped)).toBe(stripped);
      }),
    );
  });
});
