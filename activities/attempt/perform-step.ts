import { setTimeout as wait } from 'node:timers/promises';
import type { StepRecord } from '../../domain/run/run.ts';
import type { StepOutcome } from '../../domain/step.ts';
import { distinct } from '../../domain/text/distinct.ts';
import { type Text } from '../../domain/text/text.ts';
import { withSignal } from '../access/with-signal.ts';
import { BuildAwaited } from '../builds/build-artefact.ts';
import { type AwaitedBuilds, awaitedBuilds, noteWait } from '../builds/builds-wait.ts';
import { showPresence } from '../builds/current-builder.ts';
import type { Attempt } from './attempt.ts';
import { hearEarlierJobs } from './commands/earlier-jobs.ts';
import { createNodePort } from './commands/node-port.ts';
import { forgetGivenBack, forgetRemoved, notingClaim, notingInstance } from './installed-instance.ts';
import { lookAgain } from './look-again.ts';
import { rememberPosition } from './remember-position.ts';
import { applyStep, checkStep, type NodePort } from './run-step.ts';
import { rulesOf } from './stage-rules.ts';
import { openSite, type StepSite } from './step-site.ts';
import { takeFacts } from './take-facts.ts';

/** What a step has done, with everything that earlier attempts of its round had begun. */
export interface Performed {
  readonly state: StepOutcome['state'];
  readonly reasons: readonly Text[];
}

type Waiting = { readonly state: 'waiting' } & AwaitedBuilds;

/** Logs in, brings the node to the wanted state, and leaves the record as the next attempt needs it. */
export async function performStep(attempt: Attempt, record: StepRecord): Promise<Performed | Waiting> {
  const site = await openSite(attempt, record);
  attempt.onReport?.(site.work.report);
  const { claims } = attempt.deps.store;
  const { run, address } = attempt.input;
  const isBuilder = site.work.builders.order.includes(address);
  const leave = isBuilder ? showPresence(claims, address, `${run}/${address}`) : undefined;
  const begun = Date.now();
  try {
    return await changeNode(attempt, record, site);
  } catch (error) {
    if (error instanceof BuildAwaited) return await waitFor(error.builder, { attempt, record, site });
    await breakOff(attempt, site, Date.now() - begun);
    throw error;
  } finally {
    await site.work.report.stop();
    leave?.();
  }
}

async function changeNode(attempt: Attempt, record: StepRecord, site: StepSite): Promise<Performed> {
  const { deps, input, key, log } = attempt;
  const { plan, context, work } = site;
  const { run, address, step } = input;
  const node = createNodePort({ ...work, ...(await hearEarlierJobs(work, record)) });
  if (step === 'connect') await takeFacts(deps.store, context, node, log);
  const applied = await applyStep(site.step, rememberPosition(attempt, record, noting(attempt, site, node)));
  await forgetRemoved(deps.store, plan, key);
  await forgetGivenBack(deps, attempt.input, applied.facts);
  const isUnread = plan.nodes.some((each) => each.address === address && each.isUnread === true);
  if (step === 'connect' && isUnread) {
    const looking = { ...deps, connections: withSignal(deps.connections, attempt.signal) };
    await lookAgain(looking, await site.loadCluster(), { run, address, log });
  }
  return outcomeOf(attempt, record, { site, applied });
}

function noting({ deps, input: { target, step } }: Attempt, { plan, context }: StepSite, node: NodePort): NodePort {
  if (step === 'connect') return notingClaim(deps.store, context.address, node);
  if (!rulesOf(step).notesInstance) return node;
  const own = context.instances.find(({ instance }) => instance.id === target);
  return own === undefined ? node : notingInstance(deps.store, own.instance, plan, node);
}

async function outcomeOf(
  { log }: Attempt,
  record: StepRecord,
  { site: { step, work }, applied }: { readonly site: StepSite; readonly applied: StepOutcome },
): Promise<Performed> {
  const sent = applied.state === 'changed' ? step.sent?.(work.trace.sentBytes) : undefined;
  if (sent !== undefined) log.write('info', sent);
  // What an earlier attempt of the round began to change counts too.
  const reasons = distinct([...record.reasons, ...applied.reasons]);
  if (reasons.length === 0) return { state: 'unchanged', reasons: sent === undefined ? [] : [sent] };
  await work.report.done();
  return { state: 'changed', reasons: sent === undefined ? reasons : [...reasons, sent] };
}

interface Waiter {
  readonly attempt: Attempt;
  readonly record: StepRecord;
  readonly site: StepSite;
}

/** Not a failure: the workflow runs the step again once the builder is done. */
async function waitFor(builder: string, { attempt: { deps }, record, site }: Waiter): Promise<Waiting> {
  const { session, report } = site.work;
  const { changes } = await checkStep(site.step, { check: (command) => session.read(command) });
  const awaited = await awaitedBuilds(deps.mirror, builder, changes);
  await report.stop();
  await noteWait(deps.store, record, awaited);
  return { state: 'waiting', ...awaited };
}

/** A cancelled run ends its command; a worker that stops, or has lost Temporal, leaves it running for the next worker. */
async function breakOff({ deps, key, signal, isCancelled, lasting }: Attempt, { work }: StepSite, lastedMs: number) {
  if (signal.aborted) {
    if (!isCancelled()) return;
    await stopCommand(work);
    await lasting.steps.end(key, 'aborted', ['cancelled']);
    return;
  }
  // A connection that lasted as long as our patience was fine, however silent the command.
  if (work.trace.hasProgressed || lastedMs > deps.limits.patience) await deps.store.steps.progress(key);
}

/** What does not stop in this time is left to `endCommands`, which follows every step that was cancelled or called off. */
const STOP_MS = 2_000;

async function stopCommand({ session, trace }: StepSite['work']): Promise<void> {
  if (trace.atWork === undefined) return;
  const stopping = session.stop(trace.atWork).catch(() => undefined);
  await Promise.race([stopping, wait(STOP_MS)]);
}
