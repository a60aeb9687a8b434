import { Router } from 'express';
import { z } from 'zod';
import { nextSerial } from '../../domain/activation/next-serial.ts';
import { type ActivatedSerial, left, masked } from '../../domain/activation/serial.ts';
import { phrase } from '../../domain/text/text.ts';
import type { Store } from '../../store/store.ts';
import type { ApiDependencies } from '../api-dependencies.ts';
import { callerName } from '../callers/caller.ts';
import { noteOperation } from '../http/operations-log.ts';
import { createRateLimit } from '../http/rate-limit.ts';
import { takesNoQuery, takesNothing } from '../http/refuse-input.ts';
import { inputOf, readInput } from '../http/request-input.ts';
import { sendJson } from '../http/respond.ts';

/** Nobody types more; each may ask the vendor's server. */
const TRIES = { most: 10, withinMs: 60_000 };

type ActivationDependencies = Pick<ApiDependencies, 'activate' | 'clock' | 'releaseName'> & {
  readonly store: Pick<Store, 'log' | 'serials'>;
};

/** `GET /activation`: what is used and left; `POST` activates with `{serial}`. */
export function activationRoutes({ store, activate, releaseName, clock }: ActivationDependencies): Router {
  const router = Router();
  const limit = createRateLimit(TRIES, clock);

  router.get('/activation', takesNothing, async (_request, response) => sendJson(response, 200, await activation()));

  router.post('/activation', takesNoQuery, async (request, response) => {
    limit();
    const { serial: text } = readInput(ActivationInput, inputOf(request));
    const { serial, isNew } = await activate(text);
    if (isNew)
      await noteOperation(
        store,
        phrase('activated with serial {serial} by {caller}: {count} deployments', {
          serial: masked(serial),
          caller: callerName(response),
          count: serial.deployments,
        }),
      );
    sendJson(response, 200, await activation());
  });

  return router;

  async function activation() {
    const serials = await store.serials.all();
    const { serial, reason } = nextSerial(serials, await releaseName(), clock());
    return {
      activated: reason === undefined,
      ...(reason === undefined ? {} : { reason }),
      ...(serial === undefined ? { serial: null, used: 0, left: 0 } : viewOf(serial)),
      serials: serials.map(viewOf),
    };
  }
}

const viewOf = (serial: ActivatedSerial) => ({
  serial: masked(serial),
  used: serial.used,
  left: left(serial),
  deployments: serial.deployments,
  release: serial.release ?? null,
  licensee: serial.licensee ?? null,
  validUntil: serial.expiresAt === undefined ? null : new Date(serial.expiresAt).toISOString(),
  activatedAt: new Date(serial.activatedAt).toISOString(),
});

/** The body of `POST /activation`. */
export const ActivationInput = z.strictObject({ serial: z.string('is the text of a serial') });
