import { expect, it } from 'vitest';
import { phrase } from '../../../domain/text/text.ts';
import { mapTexts } from '../../../store/secrets/map-texts.ts';

const mask = (text: string): string => text.replaceAll('s3cret', '********');

it('changes what fills a phrase, wherever that stands, and never its template', () => {
  const cause = phrase('{place}: {what}', { place: '/password', what: 's3cret' });
  const text = phrase('{first}; {rest}', { first: cause, rest: ['s3cret'] });
  const masked = {
    ...text,
    with: { first: phrase('{place}: {what}', { place: '/password', what: '********' }), rest: ['********'] },
  };
  expect(mapTexts({ node: 's3cret', text }, mask)).toStrictEqual({ node: 's3cret', text: masked });
});
