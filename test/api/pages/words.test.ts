import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';

const PAGES = join(import.meta.dirname, '../../../api/pages');

interface Words {
  readonly CHINESE: Readonly<Record<string, string>>;
  say(english: string, values?: Readonly<Record<string, unknown>>): string;
}

/** As a browser of that language loads it. */
async function wordsIn(language: string): Promise<Words> {
  vi.resetModules();
  vi.stubGlobal('navigator', { language });
  const file = join(PAGES, 'words.js');
  return (await import(file)) as Words;
}

afterEach(() => void vi.unstubAllGlobals());

const placesIn = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).toSorted();

it('has every text of the pages in Chinese, and no other', async () => {
  const texts = ['index', 'log', 'api'].flatMap((page) => {
    const html = readFileSync(join(PAGES, `${page}.html`), 'utf8');
    const script = readFileSync(join(PAGES, `${page}.js`), 'utf8');
    return [
      ...[...html.matchAll(/data-say\s*>([^<]*)</g)].map(([, text = '']) => text.trim()),
      ...[...script.matchAll(/\bsay\('([^']*)'/g)].map(([, text = '']) => text),
    ];
  });
  const { CHINESE } = await wordsIn('zh-CN');
  expect(new Set(Object.keys(CHINESE))).toEqual(new Set(texts));
});

it('keeps the places of every text', async () => {
  const { CHINESE } = await wordsIn('zh-CN');
  for (const [english, chinese] of Object.entries(CHINESE)) expect(placesIn(chinese)).toEqual(placesIn(english));
});

it.each([
  ['zh-CN', '任务 7（deploy）正在执行。'],
  ['zh', '任务 7（deploy）正在执行。'],
  ['en-GB', 'Run 7 (deploy) is at work.'],
  ['de', 'Run 7 (deploy) is at work.'],
])('speaks to a browser of %s in its language', async (language, said) => {
  const { say } = await wordsIn(language);
  const name = say('Run {run} ({operation})', { run: 7, operation: 'deploy' });
  expect(say('{name} is at work.', { name })).toBe(said);
});
