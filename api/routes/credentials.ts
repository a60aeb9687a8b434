import { Router } from 'express';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { phrase } from '../../domain/text/text.ts';
import type { Store } from '../../store/store.ts';
import { callerName } from '../callers/caller.ts';
import { noteOperation } from '../http/operations-log.ts';
import { takesNothing } from '../http/refuse-input.ts';
import { sendJson } from '../http/respond.ts';

const NAME = 'cf_admin_password';

/** The generated Cloud Foundry admin; local.log records that it was shown. */
export function credentialRoutes({ store }: { readonly store: Pick<Store, 'log' | 'secrets'> }): Router {
  const router = Router();
  router.get('/credentials', takesNothing, async (_request, response) => {
    const made = await store.secrets.ensure([NAME], () => {
      throw new DeploymentEngineError('ConfigMissing', phrase('The admin password is made by the first deploy.'));
    });
    await noteOperation(
      store,
      phrase('the Cloud Foundry admin password was shown by {caller}', { caller: callerName(response) }),
    );
    sendJson(response, 200, { user: 'admin', password: made.get(NAME)?.reveal() ?? '' });
  });
  return router;
}
