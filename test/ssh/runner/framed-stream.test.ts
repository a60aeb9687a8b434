import { expect, it } from 'vitest';
import { createFrame } from '../../../ssh/runner/framed-stream.ts';

const MARK = '0123456789abcdef';
const SAID = `left over\n${MARK}\none\n${MARK.slice(0, 9)} no mark\n${MARK}.17\nof nobody\n${MARK}.0\n`;

it.each([1, 3, 16, 1000])('finds what a program said in pieces of %i bytes, and how it ended', (size) => {
  const frame = createFrame(MARK);
  const bytes = Buffer.from(SAID);
  const passed: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) passed.push(frame.pass(bytes.subarray(at, at + size)));
  expect(Buffer.concat(passed).toString()).toBe(`one\n${MARK.slice(0, 9)} no mark\n`);
  expect([frame.isOpen(), frame.exitCode()]).toEqual([true, 17]);
});

it('passes on at once what cannot be the mark', () => {
  const frame = createFrame(MARK);
  expect(frame.pass(Buffer.from(`${MARK}\nhalf a line`)).toString()).toBe('half a line');
  expect(frame.pass(Buffer.from(` ${MARK.slice(0, 4)}`)).toString()).toBe(' ');
  expect(frame.pass(Buffer.from('x')).toString()).toBe(`${MARK.slice(0, 4)}x`);
  expect(frame.exitCode()).toBeUndefined();
});
