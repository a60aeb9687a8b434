import { type Request, type Response, Router } from 'express';
import { COMPONENTS } from '../../domain/components.ts';
import type { Configuration } from '../../domain/configuration.ts';
import { DeploymentEngineError, isEngineError, type Problem } from '../../domain/errors.ts';
import { phrase } from '../../domain/text/text.ts';
import type { Revision } from '../../store/configurations/contract.ts';
import type { Store } from '../../store/store.ts';
import type { ApiDependencies } from '../api-dependencies.ts';
import { callerName } from '../callers/caller.ts';
import { readCandidate } from '../candidate/candidate.ts';
import { writeHome } from '../candidate/home-file.ts';
import { noteOperation } from '../http/operations-log.ts';
import { CONFIGURATIONS, createTurns } from '../http/turns.ts';
import { takesNoQuery, takesNothing } from '../http/refuse-input.ts';
import { sendJson } from '../http/respond.ts';

/** What `GET /config` answers before the first POST, as a form to fill in. */
const EMPTY_DOCUMENT = {
  components: Object.fromEntries(COMPONENTS.map((component) => [component, []])),
  properties: {
    domain: 'cf.local',
    disksize: 15,
    checkdisk: 1,
    adduser: 1,
    user: 'vcap',
    password: '',
    root: '',
    home: '',
  },
};

type ConfigDependencies = Pick<ApiDependencies, 'dryRun' | 'log' | 'ownAddresses' | 'ownNetworks' | 'settings'> & {
  readonly store: Pick<Store, 'assertWritable' | 'configurations' | 'log'>;
};

/** `GET /config`: the newest configuration, secrets masked; `POST /config`: the next one. */
export function configRoutes(dependencies: ConfigDependencies): Router {
  const { store, settings, log } = dependencies;
  const router = Router();
  // Read together with the one before: secrets may be masks of its secrets, and If-Match names its revision.
  const ownTurn = createTurns(CONFIGURATIONS);

  router.get('/config', takesNothing, async (_request, response) => {
    const revision = await store.configurations.newest();
    if (revision === undefined) sendJson(response, 200, EMPTY_DOCUMENT);
    else sendRevision(response, 200, revision);
  });

  router.post('/config', takesNoQuery, async (request, response) => {
    const { revision, warnings } = await ownTurn(() => accept(request, callerName(response)));
    sendRevision(response, 201, revision, warnings);
  });

  return router;

  async function accept(
    request: Request,
    caller: string,
  ): Promise<{ revision: Revision; warnings: readonly Problem[] }> {
    await store.assertWritable();
    const previous = await store.configurations.newest();
    refuseMismatch(request.headers['if-match'], previous);
    const { configuration, document, warnings } = await readCandidate(request, previous, dependencies);
    // Who has given up must not find later that it was accepted.
    if (request.socket.destroyed)
      throw new DeploymentEngineError('RequestTimedOut', 'the caller has left before the configuration was accepted');
    const revision = await acceptedAfter(previous, configuration, document);
    // Another gateway has accepted one meanwhile: what this one may be, and what its masks stand for, is judged anew.
    if (revision === undefined) return accept(request, caller);
    // It is accepted, whether or not the rest can be written; its home is written again at every start.
    await tellAccepted(revision, { isNew: revision.number !== previous?.number, caller }).catch((error: unknown) =>
      log.error(
        { err: error, revision: revision.number },
        'the configuration was accepted, and not all notes of it written',
      ),
    );
    return { revision, warnings };
  }

  async function tellAccepted(
    { number, configuration }: Revision,
    { isNew, caller }: { readonly isNew: boolean; readonly caller: string },
  ): Promise<void> {
    if (isNew) log.info({ revision: number }, 'configuration accepted');
    const note = phrase('configuration accepted as revision {revision} by {caller}', { revision: number, caller });
    await Promise.all([
      writeHome(settings.dataDir, configuration.properties.home),
      isNew ? noteOperation(store, note) : undefined,
    ]);
  }

  /** Undefined when another revision is the newest by now. */
  async function acceptedAfter(
    previous: Revision | undefined,
    configuration: Configuration,
    document: unknown,
  ): Promise<Revision | undefined> {
    try {
      return await store.configurations.accept(configuration, document, previous?.number ?? 0);
    } catch (error) {
      if (isEngineError(error, 'RevisionMismatch')) return undefined;
      throw error;
    }
  }
}

function sendRevision(
  response: Response,
  status: number,
  { etag, document }: Revision,
  warnings: readonly Problem[] = [],
): void {
  response.setHeader('ETag', quoted(etag));
  sendJson(response, status, warnings.length === 0 ? document : { ...Object(document), warnings });
}

/** Throws `RevisionMismatch` when If-Match names a revision that is not the newest. */
function refuseMismatch(expected: string | undefined, newest: Revision | undefined): void {
  if (expected === undefined) return;
  const tags = expected.split(',').map((tag) => tag.trim());
  if (newest !== undefined && (tags.includes('*') || tags.includes(quoted(newest.etag)))) return;
  const current =
    newest === undefined ? 'none was posted yet' : phrase('the newest is {etag}', { etag: quoted(newest.etag) });
  throw new DeploymentEngineError(
    'RevisionMismatch',
    phrase('If-Match {expected} is not the newest revision: {current}', { expected, current }),
  );
}

const quoted = (etag: string): string => `"${etag}"`;
