import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const page = readFileSync(new URL('../../docs/troubleshooting.md', import.meta.url), 'utf8');

it('has a cure for each trouble of the specification, in its order', () => {
  const [table = ''] = page.split('| What else you may see');
  const troubles = [...table.matchAll(/^\| ([^|]+) \| (.+) \|$/gm)].slice(2).map(([, what = '']) => what.trim());
  expect(troubles).toEqual([
    expect.stringContaining('Please ensure the network is enable!'),
    expect.stringContaining('log page'),
    expect.stringContaining('SSH host key'),
    expect.stringContaining('The app space could not be found'),
    expect.stringContaining('The Authentication failed'),
    expect.stringContaining('api.<domain>'),
    expect.stringContaining('deploy failed because of the network'),
    expect.stringContaining('`curl` gets no answer'),
    expect.stringContaining('`DOWN` after a deploy'),
    expect.stringContaining('dea does not start, however often it is restarted'),
  ]);
  expect(table.match(/`cf logout`, `cf login`/g)).toHaveLength(2);
});
