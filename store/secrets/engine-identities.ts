import { generateKeyPair, type KeyObject, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import type { Kysely } from 'kysely';
import { Secret } from '../../domain/secret.ts';
import type { Schema } from '../schema.ts';
import type { EngineIdentities, EngineIdentity } from './contract.ts';
import type { Vault } from './encryption.ts';

const PRIVATE_KEY_PLACE = 'engine/private_key';
const KEY_COMMENT = 'deployment-engine';
const FIRST_GENERATION = 1;
// Ubuntu 10.04's sshd knows no ed25519.
const MODULUS_BITS = 3072;
/** Outcomes of runs that may have worked without a step of their own: sweeps have none. */
const WORKED = ['ok', 'unchanged', 'incomplete'];

export function createEngineIdentities(db: Kysely<Schema>, vault: Vault): EngineIdentities {
  let known: EngineIdentity | undefined;
  let own = '';

  const read = async (): Promise<EngineIdentity | undefined> => {
    const row = await db.selectFrom('engine').selectAll().executeTakeFirst();
    if (row === undefined) return undefined;
    const privateKey = new Secret('engine_private_key', vault.open(row.private_key, PRIVATE_KEY_PLACE));
    return { id: row.id, publicKey: row.public_key, privateKey };
  };

  const make = async (): Promise<void> => {
    const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: MODULUS_BITS });
    const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
    await db.transaction().execute((transaction) =>
      transaction
        .insertInto('engine')
        .values({
          singleton: 1,
          id: randomUUID(),
          generation: FIRST_GENERATION,
          public_key: opensshLine(publicKey),
          private_key: vault.seal(pem, PRIVATE_KEY_PLACE),
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute(),
    );
  };

  return {
    async identity() {
      known ??= await read();
      if (known !== undefined) return known;
      await make();
      known = await read();
      if (known === undefined) throw new Error('The engine identity was not stored.');
      return known;
    },

    // Not cached: another process may raise it.
    async generation() {
      const row = await db.selectFrom('engine').select('generation').executeTakeFirst();
      return row?.generation ?? FIRST_GENERATION;
    },

    async raiseGeneration(above) {
      await this.identity();
      await db.transaction().execute((transaction) =>
        transaction
          .updateTable('engine')
          .set({ generation: above + 1 })
          .where('generation', '<=', above)
          .execute(),
      );
      return this.generation();
    },

    async workFrom({ machine, host }) {
      own = machine;
      if (machine === '') return;
      await db.transaction().execute((transaction) =>
        transaction
          .insertInto('engine_machines')
          .values({ machine, host })
          .onConflict((conflict) => conflict.doNothing())
          .execute(),
      );
    },

    async past() {
      const machines = await db.selectFrom('engine_machines').select('machine').execute();
      const newest = await db.selectFrom('runs').select('number').orderBy('number', 'desc').limit(1).executeTakeFirst();
      const idle = await db
        .selectFrom('runs')
        .select('number')
        .where((where) => where.or([where('outcome', 'is', null), where('outcome', 'not in', WORKED)]))
        .where((where) =>
          where.not(
            where.exists(
              where.selectFrom('step_records').select('run').whereRef('step_records.run', '=', 'runs.number'),
            ),
          ),
        )
        .execute();
      return {
        machine: own,
        machines: new Set(machines.map(({ machine }) => machine)),
        newest: newest?.number ?? 0,
        idle: new Set(idle.map(({ number }) => number)),
      };
    },
  };
}

/**
 * `ssh-rsa AAAA... comment`: three length-prefixed fields, RFC 4253 section 6.6. ssh2 makes such lines too, but only `ssh/`
 * may import it: every program opens the store, and most of them speak no SSH.
 */
function opensshLine(publicKey: KeyObject): string {
  const { e, n } = publicKey.export({ format: 'jwk' });
  const fields = [Buffer.from('ssh-rsa'), wholeNumber(e), wholeNumber(n)];
  const wire = Buffer.concat(fields.flatMap((field) => [lengthOf(field), field]));
  return `ssh-rsa ${wire.toString('base64')} ${KEY_COMMENT}`;
}

// With the first bit set the number would be negative.
function wholeNumber(base64url: string | undefined): Buffer {
  const bytes = Buffer.from(base64url ?? '', 'base64url');
  return (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Buffer.alloc(1), bytes]);
}

function lengthOf(field: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(field.length);
  return length;
}
