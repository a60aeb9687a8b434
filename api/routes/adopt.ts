import { type Response, Router } from 'express';
import { z } from 'zod';
import { addressesOf, configMissing } from '../../domain/configuration.ts';
import { DeploymentEngineError, InputError, isSilence } from '../../domain/errors.ts';
import type { Adoption } from '../../domain/node/adoption.ts';
import { type Takeover, takeovers } from '../../domain/node/seen-claim.ts';
import { address } from '../../domain/schemas/address.ts';
import { joined } from '../../domain/text/joined.ts';
import { phrase } from '../../domain/text/text.ts';
import type { Store } from '../../store/store.ts';
import type { ApiDependencies } from '../api-dependencies.ts';
import { callerName, callerOf } from '../callers/caller.ts';
import { noteOperation } from '../http/operations-log.ts';
import { takesNoQuery } from '../http/refuse-input.ts';
import { inputOf, readInput } from '../http/request-input.ts';
import { sendJson } from '../http/respond.ts';
import { answerTo } from '../temporal/ask-inspection.ts';
import { currentRun } from '../temporal/settle-run.ts';

const MOST = 1_000;

/** The body of `POST /hosts/adopt`. */
export const AdoptInput = z.strictObject({
  hosts: z
    .array(address)
    .min(1, 'must name at least one node, or be left out: then it is all nodes of the newest configuration')
    .max(MOST)
    .optional(),
});

type AdoptDependencies = Pick<ApiDependencies, 'cluster' | 'looks'> & {
  readonly store: Pick<
    Store,
    'adoptions' | 'claims' | 'configurations' | 'engine' | 'inspections' | 'installed' | 'log' | 'nodes' | 'runs'
  >;
};

/** `POST /hosts/adopt`: lets the next deploy take nodes over from an engine that is gone for good. */
export function adoptRoutes(dependencies: AdoptDependencies): Router {
  const { store, cluster } = dependencies;
  return Router().post('/hosts/adopt', takesNoQuery, async (request, response) => {
    const { hosts } = readInput(AdoptInput, inputOf(request));
    const newest = await store.configurations.newest();
    if (newest === undefined) throw configMissing();
    const { configuration } = newest;
    const installed = await store.installed.all();
    const claimed = await store.nodes.claimed();
    const known = new Set([...addressesOf(configuration), ...installed.map((each) => each.address), ...claimed]);
    const addresses = [...new Set(hosts ?? addressesOf(configuration))];
    refuseUnknown(hosts ?? [], known);
    await refuseDuringRun();
    const claims = await answerTo('claims', { configuration, addresses }, dependencies);
    // One may have begun while the nodes were looked at.
    await refuseDuringRun();
    const { id } = await store.engine.identity();
    const generation = await store.engine.generation();
    const found = takeovers(claims, { id, generation, installed });
    refuseAll(found);
    sendJson(response, 200, { hosts: found.map(rowOf), generation: await adopt(found, response) });
  });

  /** A run that waits for a decision may go on with the nodes it lacks; one that works must keep its generation. */
  async function refuseDuringRun(): Promise<void> {
    const status = await cluster.status();
    if (status !== undefined && (status.run === undefined || AT_REST.has(status.phase))) return;
    // A workflow that does not answer in time may be at work.
    const run = status?.run ?? (await currentRun(dependencies))?.number;
    if (run === undefined) return;
    throw new DeploymentEngineError(
      'RunInProgress',
      phrase('run {run} is at work: adopt when it has ended, or cancel it first', { run }),
      { details: { run } },
    );
  }

  /** The generation goes first: when only that is kept, nothing has been allowed. */
  async function adopt(found: readonly Takeover[], response: Response): Promise<number> {
    const adoptions = new Map<string, Adoption>(
      found.flatMap((each) => (each.result === 'adopted' ? [[each.address, each.adoption] as const] : [])),
    );
    if (adoptions.size === 0) return store.engine.generation();
    const generation = await store.engine.raiseGeneration(
      Math.max(...[...adoptions.values()].map((each) => each.generation)),
    );
    await store.adoptions.allow(adoptions, callerOf(response)?.name ?? '');
    for (const [ip, { owner }] of adoptions)
      await noteOperation(
        store,
        phrase('host {ip}: may be taken over from the engine {owner}; by {caller}', {
          ip,
          owner,
          caller: callerName(response),
        }),
      );
    return generation;
  }
}

const AT_REST: ReadonlySet<string> = new Set(['parked', 'done', 'refused']);

function refuseUnknown(hosts: readonly string[], known: ReadonlySet<string>): void {
  const problems = hosts.flatMap((host, index) =>
    known.has(host)
      ? []
      : [
          {
            pointer: `/hosts/${index}`,
            message: 'is neither in the newest configuration nor carries an instance of this engine',
          },
        ],
  );
  if (problems.length > 0) throw new InputError('InvalidRequest', problems);
}

/** Where nothing could be done for any node, the status says so too. */
function refuseAll(found: readonly Takeover[]): void {
  const refused = found.filter((each) => each.result === 'refused');
  if (refused.length === 0 || found.some(({ result }) => result === 'adopted')) return;
  const reasons = joined(
    refused.map(({ address: place, reason }) => phrase('{place}: {what}', { place, what: reason })),
  );
  const details = { hosts: found.map(rowOf) };
  if (refused.length === found.length && refused.every(({ code }) => isSilence(code)))
    throw new DeploymentEngineError(
      'NetworkDown',
      phrase('Please ensure the network is enable! No node answers: {why}', { why: reasons }),
      { details },
    );
  const because = refused.map(({ code }) => code).find((code) => !isSilence(code));
  if (because !== undefined)
    throw new DeploymentEngineError(because, phrase('no node was taken over: {reasons}', { reasons }), { details });
}

function rowOf(found: Takeover) {
  const { address: ip, result, claim } = found;
  return {
    ip,
    result,
    owner: claim?.owner || null,
    host: claim?.host ?? null,
    since: claim?.since ?? null,
    instances: claim?.instances ?? [],
    ...(found.result === 'refused' ? { code: found.code, reason: found.reason } : {}),
  };
}
