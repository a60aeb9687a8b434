import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { reasonsOf } from '../../../activities/attempt/run-step.ts';
import { systemNames } from '../../../activities/special/system-names.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { nodeContext, reasonsFor } from '../samples.ts';
import { factsOf, runChange } from '../shell.ts';

const stepFor = (frontAddress: string | undefined) => systemNames(nodeContext({ frontAddress }));
const step = stepFor('10.10.101.181');
const LINE =
  '10.10.101.181 api.cf.local uaa.cf.local login.cf.local hm9000.cf.local loggregator.cf.local console.cf.local';

describe('the system names', () => {
  it.each([
    ['are there', `own=${LINE}\nlookup=found\n`, []],
    ['are known by DNS', 'lookup=found\n', []],
    [
      'are asked of dead name servers',
      'lookup=silent\n',
      ['api.cf.local cannot be resolved: no name server of the node answers within 3 s'],
    ],
    ['are unknown', '', ['api.cf.local cannot be resolved']],
    [
      'lead to a former haproxy',
      `own=10.0.0.9 api.cf.local\nlookup=found\n`,
      ['/etc/hosts leads api.cf.local to 10.0.0.9; haproxy is 10.10.101.181'],
    ],
    ['lack one', `own=${LINE.replace(' console.cf.local', '')}\n`, ['/etc/hosts lacks console.cf.local']],
    [
      'are those of a former domain',
      `own=${LINE.replaceAll('cf.local', 'cf2.local')}\n`,
      ['/etc/hosts has the names of cf2.local; the domain is cf.local'],
    ],
    ['are cut off', 'damaged=yes\nlookup=found\n', ['our lines in /etc/hosts are damaged']],
  ])('%s', (_case, stdout, reasons) => {
    expect(reasonsFor(step, stdout)).toEqual(reasons);
  });

  it('are nobody’s business in a cluster without haproxy', () => {
    expect(reasonsFor(stepFor(undefined), '')).toEqual([]);
  });
});

describe('the hosts file', () => {
  const root = temporaryFolder();
  const file = join(root, 'etc/hosts');
  const text = (): string => readFileSync(file, 'utf8');

  // Whether this machine resolves the name is its own matter, so only the block is looked at.
  const facts = (from: typeof step) => ({
    ...factsOf(from, { root }),
    lookup: 'unknown' as const,
  });
  const settle = (from: typeof step): void => {
    for (const { act } of from.changes(facts(from)))
      if (act.kind === 'command') expect(runChange(act.command, { root }).exitCode).toBe(0);
  };

  it('gets a marked block, keeps its own lines, and is then left alone', () => {
    mkdirSync(join(root, 'etc'), { recursive: true });
    writeFileSync(file, '127.0.0.1 localhost\n# with % and \\n\n::1 ip6\n');
    settle(step);
    expect(text()).toBe(
      `127.0.0.1 localhost\n# with % and \\n\n::1 ip6\n# deployment-engine: system names\n${LINE}\n# deployment-engine: end\n`,
    );
    expect(step.changes(facts(step))).toEqual([]);
  });

  it('gets another block in place of the first when haproxy moves', () => {
    const moved = stepFor('10.10.101.190');
    expect(reasonsOf(moved.changes(facts(moved)))).toEqual([
      '/etc/hosts leads api.cf.local to 10.10.101.181; haproxy is 10.10.101.190',
    ]);
    settle(moved);
    expect(text()).toContain('\n10.10.101.190 api.cf.local ');
    expect(text()).not.toContain('10.10.101.181');
    expect(moved.changes(facts(moved))).toEqual([]);
  });
});
