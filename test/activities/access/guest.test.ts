import { beforeEach, expect, it } from 'vitest';
import { withGuest } from '../../../activities/access/guest.ts';
import { createLogins } from '../../../activities/access/login.ts';
import type { ActivityDependencies } from '../../../activities/activity-dependencies.ts';
import type { MaskedSecret } from '../../../domain/configuration.ts';
import type { Secret } from '../../../domain/secret.ts';
import { configuration } from '../../store/samples.ts';
import { openSqlite, useStores } from '../../store/stores.ts';
import { dependencies } from '../workplace.ts';

const KNOWN = '10.0.0.1';
const NEW = '10.0.0.9';
const posted = configuration({ nats: [KNOWN] }, { password: 'stored password', rootPassword: 'stored root' });
const candidate = configuration({ nats: [KNOWN, NEW] }, { password: 'stored password', rootPassword: 'stored root' });

const openStore = useStores(openSqlite);
let deps: ActivityDependencies;
let closed: number;

beforeEach(async () => {
  const store = await openStore();
  await store.configurations.accept(posted, {});
  // It named the new address once: that is no leave to show its password there now.
  await store.configurations.accept(configuration({ nats: [NEW] }, { password: 'of an older revision' }), {});
  await store.configurations.accept(posted, {});
  closed = 0;
  deps = {
    ...dependencies(store),
    logins: createLogins(store.configurations, store.nodes),
    visit: () => ({
      connections: {
        node: unused,
        answers: unused,
        hostKey: unused,
        forget: unused,
        close: async () => void (closed += 1),
      },
      fingerprint: (address) => (address === NEW ? 'SHA256:shown' : undefined),
    }),
  };
});

const unused = (): never => {
  throw new Error('nobody enters');
};

const shownAt = (address: string, masked: readonly MaskedSecret[]) =>
  withGuest(deps, { configuration: candidate, candidate: { masked } }, async (guest) => {
    const login = await guest.deps.logins.of(candidate, address);
    const all = [login, ...(login.others ?? [])];
    const { password, rootPassword } = guest.configurationFor(address).properties;
    const revealed = (secrets: readonly (Secret | undefined)[]) =>
      secrets.flatMap((secret) => secret?.reveal() ?? []).filter((text) => text !== '');
    return {
      byLogin: revealed(all.flatMap((each) => [each.password, each.rootPassword])),
      bySurvey: revealed([password, rootPassword]),
    };
  });

it('shows an address that nobody posted only what the candidate carries in clear', async () => {
  expect(await shownAt(NEW, ['password', 'rootPassword'])).toEqual({ byLogin: [], bySurvey: [] });
  expect(await shownAt(NEW, ['rootPassword'])).toEqual({ byLogin: ['stored password'], bySurvey: ['stored password'] });
  expect(await shownAt(NEW, [])).toEqual({
    byLogin: ['stored password', 'stored root'],
    bySurvey: ['stored password', 'stored root'],
  });
});

it('shows a posted address what is stored for it', async () => {
  expect(await shownAt(KNOWN, ['password', 'rootPassword'])).toEqual({
    byLogin: ['stored password', 'stored root'],
    bySurvey: ['stored password', 'stored root'],
  });
});

it('keeps nothing, and closes its connections whatever happens', async () => {
  const looking = withGuest(deps, { configuration: candidate, candidate: { masked: [] } }, async (guest) => {
    await guest.deps.store.nodes.saveFacts(NEW, {} as never);
    expect(await guest.fingerprint(NEW)).toBe('SHA256:shown');
    throw new Error('it failed');
  });
  await expect(looking).rejects.toThrow('it failed');
  expect(closed).toBe(1);
  expect(await deps.store.nodes.facts(NEW)).toBeUndefined();
});

it('looks for the posted configuration with what runs use', async () => {
  const guest = await withGuest(deps, { configuration: posted }, async (given) => given);
  expect(guest.deps).toBe(deps);
  expect(guest.configurationFor(KNOWN)).toBe(posted);
});
