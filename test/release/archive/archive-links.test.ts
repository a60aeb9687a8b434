import { expect, it } from 'vitest';
import { followLinks, linkProblems } from '../../../release/archive/archive-links.ts';

const LINKS = new Map([
  ['current', 'versions/2'],
  ['versions/2', './1'],
  ['up', '..'],
  ['a/top', '..'],
  ['a/sly', 'top/..'],
  ['round', 'round'],
  ['etc', '/etc'],
]);

it.each([
  ['plain/file', 'plain/file'],
  ['current/bin', 'versions/1/bin'],
  ['a/top/current', 'versions/1'],
  ['a/top', ''],
])('follows %s to %j', (path, end) => {
  expect(followLinks(path, LINKS)).toBe(end);
});

it.each(['up', 'a/sly', 'round', 'etc/passwd', 'a/top/../x', '../x'])(
  'does not follow %s out of the archive',
  (path) => {
    expect(followLinks(path, LINKS)).toBeUndefined();
  },
);

it('finds what lies behind a link, in whatever order the archive has it', () => {
  const links = new Map([['a/b', 'c']]);
  expect(linkProblems(links, ['a/b/c/d', 'a/b', 'a/bc'])).toEqual(['"a/b/c/d" is reached through the link "a/b"']);
  expect(linkProblems(new Map(), ['a/b/c'])).toEqual([]);
});
