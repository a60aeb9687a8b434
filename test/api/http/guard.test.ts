import { expect, it, vi } from 'vitest';
import { createGuard } from '../../../api/http/guard.ts';
import { DeploymentEngineError } from '../../../domain/errors.ts';
import { parseSettings } from '../../../domain/schemas/settings.ts';

const HOME = '192.0.2.7';

/** A guard, and the store that it asks for the configured `home`. */
function guarded() {
  const newest = vi.fn<() => Promise<unknown>>(async () => ({ configuration: { properties: { home: HOME } } }));
  const guard = createGuard({
    settings: parseSettings({}),
    store: { configurations: { newest } } as never,
    ownAddresses: () => ['10.10.101.180'],
  });
  const ask = (host: string) => guard({ url: '/health', headers: { host }, socket: {} } as never);
  return { newest, ask };
}

it('takes requests by the configured home, and by no other name', async () => {
  const { ask } = guarded();
  await expect(ask(`${HOME}:50000`)).resolves.toBeUndefined();
  await expect(ask('rebound.example')).rejects.toMatchObject({ code: 'ForeignOrigin' });
});

it.each<[string, () => Promise<unknown>]>([
  ['fails', () => Promise.reject(new DeploymentEngineError('StoreUnwritable', 'away'))],
  ['hangs', () => new Promise(() => {})],
])('still knows home while the store %s', async (_how, answer) => {
  const { newest, ask } = guarded();
  await ask(HOME);
  newest.mockImplementation(answer);
  await expect(ask(HOME)).resolves.toBeUndefined();
  await expect(ask('rebound.example')).rejects.toMatchObject({ code: 'ForeignOrigin' });
});

it('says that the store is away where it was never asked before', async () => {
  const { newest, ask } = guarded();
  newest.mockRejectedValue(new DeploymentEngineError('StoreUnwritable', 'away'));
  await expect(ask(HOME)).rejects.toMatchObject({ code: 'StoreUnwritable' });
});
