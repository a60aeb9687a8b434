import { describe, expect, it } from 'vitest';
import { carriedText, carrying } from '../../../domain/text/carried-text.ts';
import { inLanguage } from '../../../domain/text/in-language.ts';
import { joined, oneOf } from '../../../domain/text/joined.ts';
import { inEnglish, phrase } from '../../../domain/text/text.ts';

const NESTED = joined([
  phrase('{place}: {what}', { place: '/name', what: 'The request is not valid' }),
  phrase('and {count} more', { count: 3 }),
]);

it('says a phrase in each language, with the phrases and texts inside it', () => {
  expect(inEnglish(NESTED)).toBe('/name: The request is not valid; and 3 more');
  expect(inLanguage(NESTED, 'en')).toBe(inEnglish(NESTED));
  expect(inLanguage(NESTED, 'zh')).toBe('/name：请求无效；另有 3 项');
});

it('says lists with the comma of the language', () => {
  const names = oneOf(['nats', 'uaa', 'etcd']);
  expect([inEnglish(names), inLanguage(names, 'zh')]).toEqual(['nats, uaa or etcd', 'nats、uaa 或 etcd']);
  expect(inEnglish(oneOf(['nats']))).toBe('nats');
});

it('translates a text without places, and leaves names and the words of programs as they are', () => {
  expect(inLanguage('A node cannot be reached', 'zh')).toBe('节点无法连接');
  expect(inLanguage('E: Unable to locate package', 'zh')).toBe('E: Unable to locate package');
});

it('says in English what an older version stored and the catalogue no longer knows', () => {
  expect(inLanguage({ say: '{node} was odd', with: { node: '10.0.0.1' } }, 'zh')).toBe('10.0.0.1 was odd');
});

it('never takes a value for a template', () => {
  expect(inEnglish(phrase('{place}: {what}', { place: '{what}', what: '{place}' }))).toBe('{what}: {place}');
});

describe('a failure', () => {
  it('carries its text beside its message', () => {
    const failure = { message: inEnglish(NESTED), details: [{ node: '10.0.0.1', ...carrying(NESTED) }] };
    expect(carriedText(JSON.parse(JSON.stringify(failure)))).toStrictEqual({
      text: NESTED,
      details: { node: '10.0.0.1' },
    });
  });

  it('of an older version has its message alone', () => {
    expect(carriedText({ message: 'no room' })).toStrictEqual({ text: 'no room', details: {} });
    expect(carriedText({ message: 'no room', details: [null] })).toStrictEqual({ text: 'no room', details: {} });
  });
});
