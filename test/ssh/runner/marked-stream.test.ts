import { PassThrough, Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { listening, prompt, started } from '../../../ssh/connect/become-root.ts';
import { afterMark, collectStderr } from '../../../ssh/runner/marked-stream.ts';

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
    const stderr = collectStderr(stream, MARK);
    await new Promise((resolve) => stream.on('end', resolve));
    return { entered: stderr.entered(), text: stderr.text() };
  };
  expect(await listen(`${NOISE_THEN}then`)).toEqual({ entered: true, text: 'then' });
  expect(await listen('Sorry, try again.')).toEqual({ entered: false, text: 'Sorry, try again.' });
});

/** What a node says for long without the mark. */
function* noise(mebibytes: number): Iterable<Buffer> {
  const piece = Buffer.alloc(4096, 'Welcome! ');
  for (let said = 0; said < mebibytes * 1024 ** 2; said += piece.length) yield piece;
}

const processorMs = (): number => process.cpuUsage().user / 1000;

it('keeps little of endless words without a mark, and looks at each once', async () => {
  const begun = processorMs();
  const stream = Readable.from(noise(16));
  const stderr = collectStderr(stream, MARK);
  await new Promise((resolve) => stream.on('end', resolve));
  expect(stderr.text().length).toBe(256 * 1024);

  let text = '';
  for await (const chunk of afterMark(Readable.from([...noise(16), Buffer.from('\ncafe\nheard')]), MARK))
    text += chunk.toString();
  expect(text).toBe('heard');
  expect(processorMs() - begun).toBeLessThan(2_000);
});

it('sees each sign once, wherever the pieces break and whatever stands between', () => {
  const between = 'x'.repeat(300 * 1024);
  const text = `${started(MARK)}${prompt(MARK)}${between}${prompt(MARK)}${listening(MARK)}${MARK}\n`;
  for (let at = 0; at <= 20; at += 1) {
    const stream = new PassThrough();
    const stderr = collectStderr(stream, MARK);
    const end = text.length - 20 + at;
    const pieces = [text.slice(0, at), text.slice(at, end), text.slice(end)];
    for (const piece of pieces) stream.emit('data', Buffer.from(piece));
    expect([stderr.prompts(), stderr.isListening(), stderr.entered()]).toEqual([2, true, true]);
  }
});
