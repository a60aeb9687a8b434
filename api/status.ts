import { Router } from 'express';
import type { Revision, Store } from '../store/store.ts';
import { configMissing } from './config-missing.ts';
import type { ApiDependencies } from './dependencies.ts';
import { sendJson } from './respond.ts';
import { statusRows } from './status-rows.ts';

/** `GET /status`: what the watcher last saw of every instance; looks at no node itself. */
export function statusRoutes({ store, clock }: ApiDependencies): Router {
  return Router().get('/status', async (_request, response) => {
    const { configuration } = await revisionShown(store);
    sendJson(response, 200, statusRows(configuration, await store.statuses.all(), clock()));
  });
}

/** The deployed revision; before the first deploy the posted one. */
async function revisionShown({ configurations, runs }: Store): Promise<Revision> {
  const deployed = await runs.deployed();
  const revision = deployed === undefined ? undefined : await configurations.get(deployed.revision);
  const shown = revision ?? (await configurations.newest());
  if (shown === undefined) throw configMissing();
  return shown;
}
