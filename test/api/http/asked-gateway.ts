import { beginRun, endRun, type Gateway, postConfiguration, startGateway } from '../gateway.ts';
import { INSPECTION_ANSWERS } from '../inspection-answers.ts';

/** A gateway with a cluster that is deployed, which notes what each of the paths that ask first has had done. */
export async function askedGateway(): Promise<{ readonly gateway: Gateway; readonly done: string[] }> {
  const gateway = await startGateway();
  const { store, cluster } = gateway;
  await postConfiguration(gateway);
  await store.nodes.ensureNumbers([{ component: 'nats', address: '10.10.101.182' }]);
  await endRun(gateway, (await beginRun(gateway, 'deployed')).number);
  await store.secrets.ensure(['cf_admin_password'], () => 'shown-to-people');
  const done: string[] = [];
  cluster.deploy = async (revision) => {
    done.push('deploy');
    return { run: 7, revision };
  };
  cluster.operate = async ({ operation }) => {
    done.push(operation);
    return { run: 7, notDone: {}, notes: {} };
  };
  cluster.inspect = async (question, inspection) => {
    done.push(question === 'preview' ? 'plan' : question);
    await store.inspections.answer(inspection, INSPECTION_ANSWERS[question]);
  };
  const { ensure } = store.secrets;
  store.secrets.ensure = (names, make) => {
    if (names.includes('cf_admin_password')) done.push('credentials');
    return ensure(names, make);
  };
  return { gateway, done };
}
