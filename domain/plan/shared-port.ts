import type { ComponentName } from '../components.ts';
import type { PortSetting } from '../versions/version.ts';

/** A port that both components listen on somewhere, where it has been moved to included; undefined where there is none. */
export function sharedPort(
  one: ComponentName,
  other: ComponentName,
  ports: readonly PortSetting[],
): number | undefined {
  const of = (component: ComponentName) =>
    ports
      .filter((setting) => setting.component === component)
      .flatMap(({ protocol, port, movable }) =>
        [port, ...(movable === undefined ? [] : [movable.from])].map((each) => ({ protocol, port: each })),
      );
  return of(one).find((mine) => of(other).some((its) => its.port === mine.port && its.protocol === mine.protocol))
    ?.port;
}
