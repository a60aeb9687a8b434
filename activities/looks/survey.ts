import type { DeploymentEngineError } from '../../domain/errors.ts';
import { phrase } from '../../domain/text/text.ts';
import type { OnWait } from '../../ssh/connect/password-tries.ts';
import type { Store } from '../../store/store.ts';
import type { ActivityDependencies } from '../activity-dependencies.ts';
import { withSignal } from '../access/with-signal.ts';
import { patientStore, untilWritable } from '../boundary/patient-store.ts';
import { withHeartbeat } from '../boundary/with-heartbeat.ts';
import { createInTurn, LOGINS_AT_ONCE } from '../in-turn.ts';
import { createStepLog, type StepLog } from '../progress/step-log.ts';
import { tellWait } from '../progress/tell-wait.ts';
import { contextOfRun } from '../wanted/run-context.ts';
import { neverMet } from './first-contact.ts';
import { createLookReport } from './look-report.ts';
import { type NodeSurveying, surveyNode } from './survey-node.ts';

type Surveying = NodeSurveying &
  Pick<ActivityDependencies, 'contexts' | 'log'> & { readonly store: Pick<Store, 'surveys' | 'times'> };

/** Looks at every node of a batch, read-only, and stores which steps have something to do there. */
export function createSurvey(given: Surveying, after?: (lastedMs: number) => number) {
  // Of all batches together.
  const inTurn = createInTurn(LOGINS_AT_ONCE);
  return ({ run, addresses }: { readonly run: number; readonly addresses: readonly string[] }): Promise<void> => {
    const report = createLookReport({ ...given, run, name: 'survey', addresses, after });
    const survey = withHeartbeat(async ({ cancellationSignal: signal }) => {
      const waiting = { signal, onUnwritable: ({ text }: DeploymentEngineError) => given.log.outage(run, text) };
      const connections = withSignal(given.connections, signal);
      const deps = { ...given, connections, store: patientStore(given.store, waiting) };
      const logOf = (address: string): StepLog =>
        createStepLog(deps.log, { run, stream: address, node: address, step: 'survey' });
      const onWait = (address: string): OnWait => tellWait(logOf(address), address);
      const cluster = await contextOfRun(deps, run);
      const strangers = await neverMet(deps.store, addresses);
      const surveys = await Promise.all(
        addresses.map((address) =>
          report.at(
            address,
            inTurn(() => surveyNode(deps, cluster, address, onWait(address)), signal),
          ),
        ),
      );
      await report.done(surveys.every(({ failure }) => failure === undefined));
      await deps.store.surveys.save(run, surveys);
      for (const { address, failure, warnings = [] } of surveys) {
        const log = logOf(address);
        const hostKey = strangers.includes(address) ? await deps.store.nodes.hostKey(address) : undefined;
        if (hostKey !== undefined)
          log.write('info', phrase('first contact: its SSH host key {hostKey} is pinned from now on', { hostKey }));
        if (failure !== undefined) log.write('warn', failure.message);
        for (const warning of warnings) log.write('warn', warning);
      }
      report.stop();
      await untilWritable(() => deps.log.flush(run), waiting);
    }, report.text);
    return survey.finally(report.stop);
  };
}
