import { DeploymentEngineError } from '../../domain/errors.ts';
import { instanceId, instancesKnownBy, instanceTag } from '../../domain/instance.ts';
import { phrase } from '../../domain/text/text.ts';
import type { Store } from '../../store/store.ts';

/** Throws `LogNotFound` for a stream that has no lines and that nothing in the cluster writes. */
export async function assertStream(
  { log, nodes, configurations }: Pick<Store, 'log' | 'nodes' | 'configurations'>,
  stream: string,
): Promise<void> {
  if (stream === 'local' || (await log.extent([stream])).last > 0) return;
  const numbers = await nodes.numbers();
  const newest = await configurations.newest();
  const wanted = newest === undefined ? [] : instancesKnownBy(numbers, newest.configuration.components);
  const instances = [
    ...numbers.map(({ component, number, address }) => ({ id: instanceId(component, number), address })),
    ...wanted,
  ];
  if (instances.some(({ id, address }) => stream === address || stream === instanceTag(id))) return;
  throw new DeploymentEngineError(
    'LogNotFound',
    phrase('there is no stream {stream}: streams are local, the addresses of nodes, and instances such as nats_0', {
      stream,
    }),
  );
}
