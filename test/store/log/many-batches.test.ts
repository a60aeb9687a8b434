import { randomBytes } from 'node:crypto';
import type { KyselyPlugin } from 'kysely';
import { describe, expect, it } from 'vitest';
import { createRunLog } from '../../../store/log/run-log.ts';
import { createVault } from '../../../store/secrets/encryption.ts';
import { createKnownSecrets } from '../../../store/secrets/known-secrets.ts';
import { DATABASES, useDatabases } from '../databases.ts';
import { line, upTo } from '../samples.ts';

describe.each(DATABASES)('many batches of lines in $name', ({ open }) => {
  const opened = useDatabases(open);

  /** A log, and how many statements it has sent. */
  const counted = async () => {
    const database = await opened();
    let count = 0;
    const counting: KyselyPlugin = {
      transformQuery({ node }) {
        count += 1;
        return node;
      },
      transformResult: async ({ result }) => result,
    };
    const vault = createVault(randomBytes(32));
    const knownSecrets = createKnownSecrets(vault);
    const db = database.db.withPlugin(counting);
    return { log: createRunLog({ ...database, db, vault, knownSecrets, clock: Date.now }), sent: () => count };
  };

  it('take a few statements, since every other writer waits meanwhile', async () => {
    const { log, sent } = await counted();
    await log.appendAll(
      0,
      upTo(1_000).map((number) => ({ lines: [line(`line ${number}`)], id: `batch/${number}` })),
    );
    expect(await log.last(0)).toBe(1_000);
    expect(sent()).toBeLessThan(20);
  });

  it('keep their order, and add nothing whose id was there before or among them', async () => {
    const { log } = await counted();
    await log.append(0, [line('known')], 'batch/300');
    const named = upTo(600).map((number) => ({ lines: [line(`line ${number}`)], id: `batch/${number}` }));
    const unnamed = upTo(600).map((number) => ({ lines: [line(`also ${number}`), line(`and ${number}`)] }));
    await log.appendAll(0, [...named.flatMap((batch, index) => [batch, ...unnamed.slice(index, index + 1)]), ...named]);
    const lines = await log.read(0, { from: 0, limit: 9_999 });
    const wanted = upTo(600).flatMap((number) => [
      ...(number === 300 ? [] : [`line ${number}`]),
      `also ${number}`,
      `and ${number}`,
    ]);
    expect(lines.map((each) => `${each.seq} ${each.line}`)).toEqual(
      ['known', ...wanted].map((text, index) => `${index + 1} ${text}`),
    );
  });
});
