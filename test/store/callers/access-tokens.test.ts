import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DRIVERS, useFolders, useStores } from '../stores.ts';

describe.each(DRIVERS)('access tokens in $name', ({ open }) => {
  const newStore = useStores(open);

  it('knows a token by its text until it expires', async () => {
    let now = 1_000;
    const store = await newStore({ clock: () => now });
    const { token, text } = await store.tokens.create({ name: 'ops', scope: 'operator', expiresAt: 2_000 });
    expect(text).toMatch(/^de_[\w-]{43}$/);
    expect(await store.tokens.find(text)).toEqual(token);
    expect(await store.tokens.find(`${text}x`)).toBeUndefined();
    now = 2_000;
    expect(await store.tokens.find(text)).toBeUndefined();
  });

  it('ends a token, and the sessions it has opened, when it is revoked', async () => {
    const store = await newStore({ clock: () => 1_000 });
    const { token, text } = await store.tokens.create({ name: 'ops', scope: 'admin', expiresAt: 9_000 });
    const session = await store.sessions.open(token.id, 9_000);
    expect(await store.sessions.find(session)).toEqual(token);
    expect(await store.tokens.revoke(token.id)).toBe(true);
    expect(await store.tokens.find(text)).toBeUndefined();
    expect(await store.sessions.find(session)).toBeUndefined();
    expect(await store.tokens.revoke(token.id)).toBe(false);
    expect(await store.tokens.all()).toEqual([{ ...token, revokedAt: 1_000 }]);
  });

  it('ends a session at its time, and when it is closed', async () => {
    let now = 1_000;
    const store = await newStore({ clock: () => now });
    const { token } = await store.tokens.create({ name: 'ops', scope: 'viewer', expiresAt: 9_000 });
    const [closed, late] = [await store.sessions.open(token.id, 2_000), await store.sessions.open(token.id, 2_000)];
    await store.sessions.close(closed);
    expect(await store.sessions.find(closed)).toBeUndefined();
    expect(await store.sessions.find(late)).toEqual(token);
    now = 2_000;
    expect(await store.sessions.find(late)).toBeUndefined();
  });
});

describe('the database file', () => {
  const folder = useFolders();
  const newStore = useStores(DRIVERS[0]?.open ?? expect.fail());

  it('holds neither tokens nor sessions', async () => {
    const dataDir = folder();
    const store = await newStore({ dataDir });
    const { token, text } = await store.tokens.create({ name: 'ops', scope: 'viewer', expiresAt: Date.now() + 1e6 });
    const session = await store.sessions.open(token.id, Date.now() + 1e6);
    const db = new DatabaseSync(join(dataDir, 'engine.db'), { readOnly: true });
    const rows = JSON.stringify(
      ['access_tokens', 'sessions'].flatMap((name) => db.prepare(`select * from ${name}`).all()),
    );
    db.close();
    expect(rows).toContain(token.id);
    for (const secret of [text, text.slice(3), session]) expect(rows).not.toContain(secret);
  });
});
