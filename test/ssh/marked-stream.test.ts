import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { afterMark, collectRemarks } from '../../ssh/marked-stream.ts';

const MARK = 'cafe';
const NOISE_THEN = 'Welcome!\ncafe\n';

async function collect(pieces: readonly string[]): Promise<string> {
  const stream = Readable.from(pieces.map((piece) => Buffer.from(piece)));
  let text = '';
  for await (const chunk of afterMark(stream, MARK)) text += chunk.toString();
  return text;
}

it('drops everything up to the mark, wherever the pieces break', async () => {
  const text = `${NOISE_THEN}one\ncafe\ntwo`;
  for (let at = 0; at <= text.length; at += 1) {
    expect(await collect([text.slice(0, at), text.slice(at)])).toBe('one\ncafe\ntwo');
  }
  expect(await collect(['no mark'])).toBe('');
});

it('keeps what was said before the mark only when the mark never came', async () => {
  const listen = async (text: string) => {
    const stream = Readable.from([Buffer.from(text)]);
    const remarks = collectRemarks(stream, MARK);
    await new Promise((resolve) => stream.on('end', resolve));
    return { entered: remarks.entered(), text: remarks.text() };
  };
  expect(await listen(`${NOISE_THEN}then`)).toEqual({ entered: true, text: 'then' });
  expect(await listen('Sorry, try again.')).toEqual({ entered: false, text: 'Sorry, try again.' });
});
