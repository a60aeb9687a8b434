import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ensureUser } from '../../activities/steps/ensure-user.ts';
import type { Configuration } from '../../domain/configuration.ts';
import { InputError } from '../../domain/errors.ts';
import { parseConfiguration } from '../../domain/schemas/configuration.ts';
import { configurationFor } from '../fuzz/valid-documents.ts';
import { actingText } from '../fuzz/texts.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { nodeContext } from './samples.ts';
import { run, runChange } from './shell.ts';
import { programs } from './stand-in-programs.ts';

// A canary that is made was executed, whoever did it.
const FOLDER = temporaryFolder();
const CANARY = join(FOLDER, 'canary');
const acting = actingText(CANARY);
const SEED = 1;

const START = configurationFor('10.10.101.180', ['10.10.101.181', '10.10.101.182']);
const FIELDS = ['domain', 'disksize', 'checkdisk', 'adduser', 'user', 'home', 'password', 'root'] as const;

/** What is accepted of a document; undefined = refused as a whole. */
function accepted(document: unknown): Configuration | undefined {
  try {
    return parseConfiguration(document).configuration;
  } catch (error) {
    // Any other error is one that nobody foresaw.
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

it('accepts in names, domains, addresses and numbers nothing that a shell, YAML or Ruby takes for its own', () => {
  const text = fc.oneof(
    acting,
    acting.map((each) => `cf${each}`),
    acting.map((each) => `${each}.local`),
  );
  let count = 0;
  fc.assert(
    fc.property(fc.constantFrom(...FIELDS), text, (field, value) => {
      const parsed = accepted({ ...START, properties: { ...START.properties, [field]: value } });
      if (parsed === undefined) return;
      count += 1;
      const { domain, home, diskSize, user } = parsed.properties;
      expect(`${domain} ${home} ${diskSize} ${user}`).toMatch(/^[\w.:-]+ [\w.:-]+ [\d.]+ [\w.-]+$/);
    }),
    { numRuns: 1000, seed: SEED },
  );
  expect(count).toBeGreaterThan(50);
});

it.each(['nats', '10.10.101.181', 'components', 'properties'])(
  'takes no such text for %s, as a key or as an address',
  (place) => {
    const whole = JSON.stringify(START);
    fc.assert(
      fc.property(acting, (value) => {
        fc.pre(value.trim() !== '');
        expect(accepted(JSON.parse(whole.replace(JSON.stringify(place), () => JSON.stringify(value))))).toBeUndefined();
      }),
      { numRuns: 100, seed: SEED },
    );
  },
);

it('gives a node any password as data, by no command line, through a real shell', () => {
  const given = join(FOLDER, 'given');
  // Takes what the account would get; its hash is the system's matter.
  const path = programs({
    chpasswd: `cat >${given}`,
    ...Object.fromEntries(
      [
        'useradd',
        'groupadd',
        'usermod',
        'chage',
        'gpasswd',
        'chsh',
        'install',
        'mkdir',
        'chown',
        'chmod',
        'mv',
        'pwck',
        'visudo',
      ].map((name) => [name, 'exit 0']),
    ),
  });
  const right = 'groups=adm admin audio cdrom dialout dip floppy plugdev sudo video\nkey=yes\ntoday=20454\n';
  let count = 0;
  fc.assert(
    fc.property(acting, (value) => {
      const parsed = accepted({ ...START, properties: { ...START.properties, user: 'ops', password: value } });
      if (parsed === undefined) return;
      const step = ensureUser(nodeContext({ configuration: parsed }));
      const changes = step.changes(
        step.check.parse({
          stdout: `${right}account=ops:1001:1001::/home/ops:/bin/bash\nhome=ops\nruns=ops\n`,
          exitCode: 0,
        }),
      );
      const change = changes.find(({ reason }) => JSON.stringify(reason).includes('password'));
      if (change?.act.kind !== 'command') throw new Error(`no such change: ${JSON.stringify(changes)}`);
      expect(change.act.command.text).not.toContain(value);
      expect(runChange(change.act.command, { path }).exitCode).toBe(0);
      expect(readFileSync(given, 'utf8')).toBe(`ops:${value}\n`);
      run(step.check.run, { path });
      count += 1;
      expect(existsSync(CANARY)).toBe(false);
    }),
    { numRuns: 60, seed: SEED },
  );
  expect(count).toBeGreaterThan(20);
});
