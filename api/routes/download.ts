import { type Request, Router } from 'express';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { phrase } from '../../domain/text/text.ts';
import type { Store } from '../../store/store.ts';
import type { ApiDependencies } from '../api-dependencies.ts';
import { takesNoQuery, takesNothing } from '../http/refuse-input.ts';
import { bodyText } from '../http/request-input.ts';
import { LOG_TYPE, sendJson } from '../http/respond.ts';
import { type LogFile, logFiles, requestedName } from '../log-text/log-files.ts';
import { createOwnLogTexts, type LogText, storedText } from '../log-text/log-text.ts';
import { conditionOf, sendText } from '../log-text/send-text.ts';

type DownloadDependencies = Pick<ApiDependencies, 'cluster' | 'looks'> & {
  readonly store: Pick<Store, 'copies' | 'installed' | 'log' | 'nodes'>;
};

/** `GET /download`: the names of all logs; `PUT /download`: the text of one. */
export function downloadRoutes(dependencies: DownloadDependencies): Router {
  const { store } = dependencies;
  const ownLogs = createOwnLogTexts(dependencies);

  /** A range continues the copy that was fetched before, as long as that is kept. */
  const textOf = async (file: LogFile, condition: string | undefined): Promise<LogText> => {
    if ('streams' in file) return storedText(store, file.streams);
    const kept = condition === undefined ? undefined : await ownLogs.kept(file.instance, condition);
    return kept ?? ownLogs.fetch(file.instance);
  };

  return Router()
    .get('/download', takesNothing, async (_request, response) => {
      const names = (await logFiles(store)).map(({ name }) => name);
      sendJson(response, 200, names, LOG_TYPE);
    })
    .put('/download', takesNoQuery, async (request, response) => {
      const file = await requestedFile(request, store);
      await sendText(request, response, await textOf(file, conditionOf(request)));
    });
}

// The name is looked up in the list, never used as a path.
async function requestedFile(request: Request, store: Pick<Store, 'installed' | 'nodes'>): Promise<LogFile> {
  const name = requestedName(bodyText(request));
  const file = (await logFiles(store)).find((candidate) => candidate.name === name);
  if (file !== undefined) return file;
  throw new DeploymentEngineError(
    'LogNotFound',
    phrase('there is no log {name}; GET /download lists them', { name: name ?? 'of that name' }),
  );
}
