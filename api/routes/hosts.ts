import { Router } from 'express';
import { z } from 'zod';
import { DeploymentEngineError, InputError } from '../../domain/errors.ts';
import { address as addressText } from '../../domain/schemas/address.ts';
import { unpacked } from '../../domain/text/packed.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import type { KnownHost } from '../../store/nodes/contract.ts';
import type { Store } from '../../store/store.ts';
import type { ApiDependencies } from '../api-dependencies.ts';
import { callerName } from '../callers/caller.ts';
import { noteOperation } from '../http/operations-log.ts';
import { takesNothing } from '../http/refuse-input.ts';
import { inputOf, readInput } from '../http/request-input.ts';
import { sendJson } from '../http/respond.ts';
import { answerTo } from '../temporal/ask-inspection.ts';

/** The body of `POST /hosts/{ip}/trust`. */
export const TrustInput = z.strictObject({
  hostKey: z
    .string()
    .regex(/^SHA256:[A-Za-z0-9+/]{43}$/, 'must be a fingerprint as `ssh-keygen -l` prints it, SHA256:...')
    .optional(),
});

type HostDependencies = Pick<ApiDependencies, 'cluster' | 'looks'> & {
  readonly store: Pick<Store, 'configurations' | 'inspections' | 'log' | 'nodes'>;
};

/**
 * `GET /hosts`: the SSH host keys that the engine knows; `POST /hosts/{ip}/trust`: accepts another one, the named one or the
 * one that the machine shows now.
 */
export function hostRoutes(dependencies: HostDependencies): Router {
  const { store } = dependencies;
  const router = Router();

  router.get('/hosts', takesNothing, async (_request, response) => {
    sendJson(response, 200, (await store.nodes.hostKeys()).map(hostRow));
  });

  router.post('/hosts/:ip/trust', async (request, response) => {
    const ip = addressIn(request.params.ip);
    const known = (await store.nodes.hostKeys()).find(({ address }) => address === ip);
    const { hostKey: named } = readInput(TrustInput, inputOf(request));
    if (named === undefined && known === undefined) throw refused('/hostKey', neverMet(ip));
    const hostKey = named ?? (await shownNow(ip, dependencies));
    await store.nodes.trustHostKey(ip, hostKey);
    const before = known?.pinned ?? null;
    await noteOperation(store, trustNote({ ip, hostKey, before, caller: callerName(response) }));
    sendJson(response, 200, { ip, hostKey, before });
  });

  return router;
}

/** A key other than the pinned one that it has shown. */
const hostRow = ({ address, pinned, shown }: KnownHost) => ({
  ip: address,
  hostKey: pinned,
  shown: shown === undefined ? null : { hostKey: shown.hostKey, at: new Date(shown.at).toISOString() },
});

function addressIn(text: string): string {
  const { data, error } = addressText.safeParse(text);
  if (data === undefined)
    throw refused(
      '',
      phrase('{place}: {what}', {
        place: text.slice(0, 100),
        what: unpacked(error?.issues[0]?.message ?? 'is no address'),
      }),
    );
  return data;
}

const neverMet = (ip: string): Text =>
  phrase('{ip} was never met: name the key to trust, or let the first deploy pin what it shows', { ip });

interface Trusted {
  readonly ip: string;
  readonly hostKey: string;
  readonly before: string | null;
  readonly caller: string;
}

function trustNote({ before, ...trusted }: Trusted): Text {
  if (before === null) return phrase('host {ip}: trusts {hostKey}; by {caller}', trusted);
  return before === trusted.hostKey
    ? phrase('host {ip}: trusts {hostKey}, as before; by {caller}', trusted)
    : phrase('host {ip}: trusts {hostKey} instead of {before}; by {caller}', { ...trusted, before });
}

/** Asked again: the key that was refused may have come from another machine. */
async function shownNow(ip: string, dependencies: HostDependencies): Promise<string> {
  const newest = await dependencies.store.configurations.newest();
  if (newest === undefined) throw refused('/hostKey', 'nothing is posted yet: name the key to trust');
  const { configuration } = newest;
  const [shown] = await answerTo('hostKeys', { configuration, addresses: [ip] }, dependencies);
  if (shown !== undefined && 'hostKey' in shown) return shown.hostKey;
  const why = shown?.error ?? phrase('{ip} has not answered', { ip });
  throw new DeploymentEngineError(
    'NodeUnreachable',
    phrase('{why} Nothing was changed; a key that you name is trusted at once.', { why }),
  );
}

const refused = (pointer: string, message: Text): InputError =>
  new InputError('InvalidRequest', [{ pointer, message }]);
