import type { Configuration } from '../configuration.ts';
import { InputError, type Problem } from '../errors.ts';
import { phrase } from '../text/text.ts';
import type { PortSetting, ReleaseVersion } from '../versions/version.ts';

/** Each port's number by the properties that carry it; one number for the whole cluster. */
export type Ports = ReadonlyMap<string, number>;

interface Taken {
  readonly component: string;
  readonly port: number;
}

interface Clash extends Taken {
  readonly other: string;
  readonly address: string;
}

/**
 * Gives every port of the cluster a number, so that components on one address do not want the same one. What can move
 * gives way: it takes the first free number from its own range, so one port's move never shifts another's.
 * Throws InvalidConfiguration for components that share an address although the version cannot move either's port.
 */
export function allocatePorts({ components }: Pick<Configuration, 'components'>, version: ReleaseVersion): Ports {
  const taken = new Map<string, Taken>();
  const ports = new Map<string, number>();
  const clashes: Clash[] = [];
  const places = ({ component, protocol }: PortSetting, port: number): string[] =>
    components[component].map((address) => `${address} ${protocol} ${port}`);

  // Ports that cannot move are taken first, whatever their place in the list.
  for (const setting of version.ports.toSorted((a, b) => Number(isMovable(a)) - Number(isMovable(b)))) {
    const isFree = (port: number): boolean => places(setting, port).every((place) => !taken.has(place));
    const port =
      setting.movable === undefined || isFree(setting.port) ? setting.port : firstFree(setting.movable.from, isFree);
    clashes.push(...clashesOf(setting.component, places(setting, port), taken));
    for (const place of places(setting, port)) taken.set(place, { component: setting.component, port });
    for (const property of setting.movable?.properties ?? []) ports.set(property, port);
  }

  if (clashes.length > 0) throw new InputError('InvalidConfiguration', problemsOf(clashes, version));
  return ports;
}

const isMovable = ({ movable }: PortSetting): boolean => movable !== undefined;

function firstFree(from: number, isFree: (port: number) => boolean): number {
  let port = from;
  while (!isFree(port)) port += 1;
  return port;
}

const clashesOf = (component: string, places: readonly string[], taken: ReadonlyMap<string, Taken>): Clash[] =>
  places.flatMap((place) => {
    const other = taken.get(place);
    const [address = ''] = place.split(' ', 1);
    return other === undefined ? [] : [{ component, other: other.component, address, port: other.port }];
  });

/** One problem for two components on an address, however many ports they both want. */
function problemsOf(clashes: readonly Clash[], { release }: ReleaseVersion): Problem[] {
  const pairs = Map.groupBy(clashes, ({ component, other, address }) => `${component} ${other} ${address}`);
  return [...pairs.values()].flatMap(([first, ...more]) => {
    if (first === undefined) return [];
    const { component, other, address } = first;
    const ports = [first, ...more].map((each) => String(each.port));
    const message = phrase(
      '{component} and {other} both listen on {ports} of {address}, and {release} can move neither: give one of them another address',
      {
        component,
        other,
        ports: ports.length === 1 ? phrase('port {ports}', { ports }) : phrase('ports {ports}', { ports }),
        address,
        release: `${release.name} ${release.version}`,
      },
    );
    return [{ pointer: `/components/${component}`, message }];
  });
}
