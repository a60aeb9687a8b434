import { Router } from 'express';
import { z } from 'zod';
import { InputError } from '../domain/errors.ts';
import { address as addressText } from '../domain/schemas/address.ts';
import type { KnownHost } from '../store/store.ts';
import type { ApiDependencies } from './dependencies.ts';
import { noteOperation } from './operations-log.ts';
import { takesNothing } from './refuse-input.ts';
import { inputOf, readInput } from './request-input.ts';
import { sendJson } from './respond.ts';

const Trust = z.strictObject({
  hostKey: z
    .string()
    .regex(/^SHA256:[A-Za-z0-9+/]{43}$/, 'must be a fingerprint as `ssh-keygen -l` prints it, SHA256:...')
    .optional(),
});

/** `GET /hosts`: the SSH host keys that the engine knows; `POST /hosts/{ip}/trust`: accepts another one. */
export function hostRoutes({ store }: ApiDependencies): Router {
  const router = Router();

  router.get('/hosts', takesNothing, async (_request, response) => {
    sendJson(response, 200, (await store.nodes.hostKeys()).map(hostRow));
  });

  router.post('/hosts/:ip/trust', async (request, response) => {
    const ip = addressIn(request.params.ip);
    const known = (await store.nodes.hostKeys()).find(({ address }) => address === ip);
    const { hostKey = known?.shown?.hostKey } = readInput(Trust, inputOf(request));
    if (hostKey === undefined) throw refused('/hostKey', nothingShown(ip, known));
    await store.nodes.trustHostKey(ip, hostKey);
    const before = known?.pinned ?? null;
    await noteOperation(store, `host ${ip}: trusts ${hostKey}${before === null ? '' : ` instead of ${before}`}`);
    sendJson(response, 200, { ip, hostKey, before });
  });

  return router;
}

/** When it has shown another key than the pinned one, which. */
const hostRow = ({ address, pinned, shown }: KnownHost) => ({
  ip: address,
  hostKey: pinned,
  shown: shown === undefined ? null : { hostKey: shown.hostKey, at: new Date(shown.at).toISOString() },
});

function addressIn(text: string): string {
  const { data, error } = addressText.safeParse(text);
  if (data === undefined) throw refused('', `${text.slice(0, 100)}: ${error?.issues[0]?.message ?? 'is no address'}`);
  return data;
}

const nothingShown = (ip: string, known: KnownHost | undefined): string =>
  known === undefined
    ? `${ip} was never met: name the key to trust, or let the first deploy pin what it shows`
    : `${ip} has shown no other key than the pinned one, ${known.pinned}: name the key to trust`;

const refused = (pointer: string, message: string): InputError =>
  new InputError('InvalidRequest', [{ pointer, message }]);
