import { Router } from 'express';
import type { ComponentName } from '../../domain/components.ts';
import type { Configuration } from '../../domain/configuration.ts';
import { DeploymentEngineError, InputError } from '../../domain/errors.ts';
import { instancesByPosition } from '../../domain/instance.ts';
import { documented, hardwareShortages, type NodeHardware, requiredHardware } from '../../domain/node/hardware.ts';
import { phrase } from '../../domain/text/text.ts';
import type { Store } from '../../store/store.ts';
import type { ApiDependencies } from '../api-dependencies.ts';
import { inputOf } from '../http/request-input.ts';
import { sendJson } from '../http/respond.ts';
import { answerTo } from '../temporal/ask-inspection.ts';
import { clusterInstances } from '../views/cluster-instances.ts';
import { choose, readSelection, type Selection } from '../views/selection.ts';

type Instance = { readonly component: ComponentName; readonly address: string };

type HardwareDependencies = Pick<ApiDependencies, 'cluster' | 'looks'> & {
  readonly store: Pick<Store, 'configurations' | 'inspections' | 'installed' | 'nodes' | 'runs'>;
};

/** `GET /hardware`: what the machines of the posted configuration have; one as an object, several as an array. */
export function hardwareRoutes(dependencies: HardwareDependencies): Router {
  const { store } = dependencies;
  return Router().get('/hardware', async (request, response) => {
    const { selection } = readSelection(inputOf(request), {});
    const newest = await store.configurations.newest();
    if (newest === undefined) throw nothingPosted();
    const { configuration } = newest;
    const instances = await instancesOf(configuration, store);
    const chosen = chosenOf(selection, instances);
    const addresses = [...new Set(chosen.map(({ address }) => address))];
    const nodes = await answerTo('hardware', { configuration, addresses }, dependencies);
    const rows = chosen.map((instance) => hardwareRow(instance, nodes, instances));
    sendJson(response, 200, selection.kind === 'instance' ? rows[0] : rows);
  });
}

const CANDIDATES = 'POST /deployment-engine/preflight takes a configuration that is not posted yet';

/** Instances of the posted configuration, deployed or not, and those still installed. */
async function instancesOf(
  { components }: Configuration,
  store: Parameters<typeof clusterInstances>[0],
): Promise<readonly Instance[]> {
  const posted = instancesByPosition(components);
  const isPosted = ({ component, address }: Instance): boolean => components[component].includes(address);
  const { instances } = await clusterInstances(store);
  return [...posted, ...instances.filter((each) => each.isInstalled && !isPosted(each))];
}

function chosenOf(selection: Selection, instances: readonly Instance[]): readonly Instance[] {
  try {
    return choose(selection, instances);
  } catch (error) {
    if (!(error instanceof InputError) || error.code !== 'InvalidRequest') throw error;
    throw new InputError(
      'InvalidRequest',
      error.problems.map(({ pointer, message }) => ({
        pointer,
        message: phrase('{first}; {rest}', { first: message, rest: CANDIDATES }),
      })),
    );
  }
}

const nothingPosted = (): DeploymentEngineError =>
  new DeploymentEngineError('ConfigMissing', phrase('no configuration was posted; {hint}', { hint: CANDIDATES }));

/** The specification's keys, `IP` in capitals. A shared machine needs the sum of what its instances need. */
function hardwareRow({ component, address }: Instance, nodes: readonly NodeHardware[], instances: readonly Instance[]) {
  const sharing = instances.filter((each) => each.address === address);
  const names = sharing.map((each) => each.component);
  const { measured, error } = nodes.find((node) => node.address === address) ?? {};
  const place = { Comp: component, IP: address };
  const Required = requiredHardware(names);
  if (measured === undefined)
    return { ...place, CPU: null, RAM: null, DISK: null, Required, Ok: null, Error: error ?? 'it was not looked at' };
  return { ...place, ...documented(measured), Required, Ok: hardwareShortages(measured, names).length === 0 };
}
