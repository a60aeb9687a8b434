import { Router } from 'express';
import type { ComponentName } from '../domain/components.ts';
import type { Configuration } from '../domain/configuration.ts';
import { DeploymentEngineError, InputError } from '../domain/errors.ts';
import { documented, hardwareShortages, type NodeHardware, requiredHardware } from '../domain/hardware.ts';
import { instancesByPosition } from '../domain/instance.ts';
import { answerTo } from './ask-inspection.ts';
import type { ApiDependencies } from './dependencies.ts';
import { inputOf } from './request-input.ts';
import { sendJson } from './respond.ts';
import { choose, readSelection, type Selection } from './selection.ts';

type Instance = { readonly component: ComponentName; readonly address: string };

/** `GET /hardware`: what the machines of the posted configuration have; one as an object, several as an array. */
export function hardwareRoutes(dependencies: ApiDependencies): Router {
  const { store } = dependencies;
  return Router().get('/hardware', async (request, response) => {
    const { selection } = readSelection(inputOf(request), {});
    const newest = await store.configurations.newest();
    if (newest === undefined) throw nothingPosted();
    const { configuration } = newest;
    const chosen = chosenOf(selection, configuration);
    const addresses = [...new Set(chosen.map(({ address }) => address))];
    const nodes = await answerTo('hardware', { configuration, addresses }, dependencies);
    const rows = chosen.map((instance) => hardwareRow(instance, nodes, configuration));
    sendJson(response, 200, selection.kind === 'instance' ? rows[0] : rows);
  });
}

const CANDIDATES = 'POST /deployment-engine/preflight takes a configuration that is not posted yet';

function chosenOf(selection: Selection, { components }: Configuration): readonly Instance[] {
  try {
    return choose(selection, instancesByPosition(components));
  } catch (error) {
    if (!(error instanceof InputError) || error.code !== 'InvalidRequest') throw error;
    throw new InputError(
      'InvalidRequest',
      error.problems.map(({ pointer, message }) => ({ pointer, message: `${message}; ${CANDIDATES}` })),
    );
  }
}

const nothingPosted = (): DeploymentEngineError =>
  new DeploymentEngineError('ConfigMissing', `no configuration was posted; ${CANDIDATES}`);

/** The document's keys, `IP` in capitals; what is required of a shared machine is the sum of what shares it. */
function hardwareRow({ component, address }: Instance, nodes: readonly NodeHardware[], { components }: Configuration) {
  const sharing = instancesByPosition(components).filter((each) => each.address === address);
  const names = sharing.map((each) => each.component);
  const { measured, error } = nodes.find((node) => node.address === address) ?? {};
  const place = { Comp: component, IP: address };
  const Required = requiredHardware(names);
  if (measured === undefined)
    return { ...place, CPU: null, RAM: null, DISK: null, Required, Ok: null, Error: error ?? 'it was not looked at' };
  return { ...place, ...documented(measured), Required, Ok: hardwareShortages(measured, names).length === 0 };
}
