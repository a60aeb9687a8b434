import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const fileOf = (path: string): URL => new URL(`../../${path}`, import.meta.url);
const read = (path: string): string => readFileSync(fileOf(path), 'utf8');

/** The specification's sections and, in its order, what each has: numbered steps, rows of tables, routes, troubles. */
const PLACES: readonly (readonly [string, readonly string[]])[] = [
  ['Features', ['1', '2', '3', '3: kernel', '4', '5', '6', '7', '8', '9', '10']],
  ['System requirements', ['system', 'ruby', 'rubygems', 'yaml', 'monit', 'vCPU', 'memory', 'disk']],
  [
    'Installation and activation',
    [
      'step 1',
      'step 2',
      'source: Apache',
      'source: cache',
      'source: own apt',
      'runtime: packages',
      'runtime: ruby',
      'runtime: gems',
      'activation',
      'activation: network',
      'note: files',
      'note: 50',
    ],
  ],
  ['Scenarios', ['all']],
  ['Scenario 1: deploy', ['1)', '2)', '3)', '4)', '5)', '6)', '7)', '8)', '9)', '10)', '11)', '12)', '13)']],
  ['Scenario 2: status', ['1)', '2)', '3)', '4)', '5)', '6)']],
  ['Scenario 3: restart', ['1)', '2)', '3)', '4)', '5)']],
  ['Scenario 4: update', ['1)', '2)', '3)', '4)', '5)-10)']],
  ['Scenario 5: stop', ['1)', '2)', '3)', '4)', '5)']],
  ['Scenario 6: hardware', ['1)', '2)', '3)', '4)', '5)']],
  ['Scenario 7: logs', ['1)', '2)', '3)', '4)', '5)', '6)', '7)', '8)']],
  [
    'Table 1',
    [
      'domain',
      'home',
      'disksize',
      'checkdisk',
      'adduser',
      'user',
      'password',
      'root',
      'haproxy',
      'nats',
      'nfs_server',
      'database',
      'cloud_controller_ng',
      'etcd',
      'uua',
      'login',
      'hm9000',
      'loggregator',
      'collector',
      'syslog_aggregator',
      'gorouter',
      'dea',
      'note',
    ],
  ],
  [
    'Routes',
    [
      'GET /config',
      'GET /config: IP',
      'GET /config: note',
      'POST /config',
      'POST /config: 400',
      'GET /deploy',
      'GET /deploy: 409',
      'GET /deploy: 500',
      'GET /deploy: 502',
      'GET /status',
      'GET /status: 403',
      'GET /status: table 2',
      'GET /hardware',
      'GET /hardware: 400',
      'GET /hardware: 403',
      'GET /hardware: table 3',
      'GET /hardware: table 4',
      'GET /download',
      'PUT /download',
      'PUT /restart',
      'PUT /restart: 400, 403',
      'PUT /restart: table 5',
      'PUT /stop',
      'PUT /stop: 400, 403',
      'PUT /stop: table 6',
      'GET /log',
      'figure 8',
    ],
  ],
  [
    'Deploying Cloud Foundry',
    [
      '1',
      '2',
      '2.1',
      '2.2',
      '2.3',
      '2.4',
      '2.5',
      '3',
      '4',
      '4.1',
      '4.2',
      '4.2: user',
      '4.3',
      '4.4',
      '4.5',
      '4.6',
      '4.7',
      '4.8',
      '4.9',
      '4.10',
      '4.11',
      '4.12',
      '4.13',
      '4.14',
      '5',
      '6',
      '7',
      '8',
    ],
  ],
  [
    'Trouble shooting',
    [
      'network',
      'log page',
      'ssh key',
      'app space',
      'authentication',
      'dns',
      'failed deploy',
      'no answer',
      'DOWN',
      'dea',
      'dea: image',
    ],
  ],
];

const page = read('docs/document-coverage.md');
const sections = page.split(/^## /m).slice(1);
const titleOf = (section: string): string => section.slice(0, section.indexOf('\n'));
/** The cells of each row of a section's table, without its head. */
const rowsOf = (section: string): string[][] =>
  [...section.matchAll(/^\| (.*) \|$/gm)].slice(2).map(([, row = '']) => row.split(' | ').map((cell) => cell.trim()));
const rows = sections.flatMap((section) =>
  rowsOf(section).map(([place, promise, keeper, proof]) => ({
    at: `${titleOf(section)}: ${place}`,
    promise,
    keeper,
    proof,
  })),
);
const linksIn = (text = ''): { title: string; path: string }[] =>
  [...text.matchAll(/\[([^\]]+)\]\(\.\.\/([^)]+)\)/g)].map(([, title = '', path = '']) => ({ title, path }));

it('has every place of the specification, in its order, and no other', () => {
  expect(sections.map((section) => [titleOf(section), rowsOf(section).map(([place]) => place)])).toEqual(PLACES);
});

it('says of each what it promises, and which files keep it', () => {
  const wrong = rows.filter(({ promise, keeper }) => {
    const links = linksIn(keeper);
    return promise === '' || links.length === 0 || links.some(({ path }) => !existsSync(fileOf(path)));
  });
  expect(wrong).toEqual([]);
});

it('has no line without a test or a stated deviation', () => {
  const bare = rows.filter(({ proof = '' }) => linksIn(proof).length === 0 && !/^Deviation: ./.test(proof));
  expect(bare).toEqual([]);
});

it('names tests that there are', () => {
  const links = rows.flatMap(({ at, proof }) => linksIn(proof).map((link) => ({ at, ...link })));
  const lacking = links.filter(({ title, path }) => {
    if (!path.startsWith('test/') || !existsSync(fileOf(path))) return true;
    // As a test's own title, not as part of another.
    return !["'", '"', '`'].some((quote) => read(path).includes(quote + title + quote));
  });
  expect(lacking).toEqual([]);
});
