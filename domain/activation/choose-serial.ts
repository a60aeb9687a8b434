import { DeploymentEngineError } from '../errors.ts';
import { firstOf } from '../first-of.ts';
import { type ActivatedSerial, day, isOver, left, masked } from './serial.ts';

/** Not as a word of the command: every user of the machine can read it there. */
const HOW_TO_ACTIVATE =
  'Run ./DeploymentEngineServer activate - < FILE, where FILE holds the serial, or POST {"serial": "..."} to /deployment-engine/activation';

/** A sample that is deployed by hand. */
const SAMPLE = ' The sample release has a serial of its own: sample/serial.';

/**
 * The serial that a deploy of this release begins under: of those that are good for it, the one activated last.
 *
 * @throws NotActivated, or DeploymentLimitReached where all that would be good for it are used up.
 */
export function chooseSerial(serials: readonly ActivatedSerial[], release: string, now: number): ActivatedSerial {
  const newestFirst = serials.toSorted((one, other) => other.activatedAt - one.activatedAt);
  const good = newestFirst.filter((serial) => whyNot(serial, release, now) === undefined);
  const chosen = good.find((serial) => left(serial) > 0);
  if (chosen !== undefined) return chosen;
  const [newest] = good;
  if (newest !== undefined) throw usedUp(newest);
  throw notActivated(newestFirst.flatMap((serial) => whyNot(serial, release, now) ?? []));
}

/** Throws `NotActivated` where there is no serial at all. */
export function refuseWithoutSerial(serials: readonly ActivatedSerial[]): void {
  if (serials.length === 0) throw notActivated([]);
}

function whyNot(serial: ActivatedSerial, release: string, now: number): string | undefined {
  if (isOver(serial, now)) return `serial ${masked(serial)} was good until ${day(serial.expiresAt ?? now)}`;
  return serial.release === undefined || serial.release === release
    ? undefined
    : `serial ${masked(serial)} is good for the release ${serial.release} alone, and this is ${release}`;
}

const notActivated = (reasons: readonly string[]): DeploymentEngineError =>
  new DeploymentEngineError(
    'NotActivated',
    reasons.length === 0
      ? `The engine is not activated. ${HOW_TO_ACTIVATE}.${SAMPLE}`
      : `No activated serial is good for this deploy: ${firstOf(reasons, 5, '; ')}. ${HOW_TO_ACTIVATE}.${SAMPLE}`,
  );

const usedUp = (serial: ActivatedSerial): DeploymentEngineError =>
  new DeploymentEngineError(
    'DeploymentLimitReached',
    `The ${serial.deployments} deployments of serial ${masked(serial)} are used up. A new serial has its own. ${HOW_TO_ACTIVATE}.`,
    { details: { serial: masked(serial), used: serial.used, deployments: serial.deployments } },
  );
