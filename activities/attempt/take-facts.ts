import type { NodeContext } from '../../cluster/node-context.ts';
import { hardwareShortages } from '../../domain/node/hardware.ts';
import { phrase } from '../../domain/text/text.ts';
import type { Store } from '../../store/store.ts';
import { SILENT } from '../checks/name-lookup.ts';
import type { StepLog } from '../progress/step-log.ts';
import { connect } from '../steps/connect.ts';
import { checkStep, type NodePort } from './run-step.ts';

/** Stores what the machine is, and warns if it is smaller than the API specification's table requires. */
export async function takeFacts(
  { nodes }: Pick<Store, 'nodes'>,
  context: NodeContext,
  node: Pick<NodePort, 'check'>,
  log: StepLog,
): Promise<void> {
  const { facts } = await checkStep(connect(context), node);
  await nodes.saveFacts(context.address, facts.node);
  const components = context.instances.map(({ instance }) => instance.component);
  for (const shortage of hardwareShortages(facts.node, components)) log.write('warn', shortage);
  if (facts.lookup === 'silent')
    log.write('warn', phrase('{what}; a name that its /etc/hosts lacks counts as unknown', { what: SILENT }));
}
