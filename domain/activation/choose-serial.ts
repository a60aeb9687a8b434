import { DeploymentEngineError } from '../errors.ts';
import { firstJoined } from '../text/joined.ts';
import { phrase, type Text } from '../text/text.ts';
import { type ActivatedSerial, day, isOver, left, masked } from './serial.ts';

/** The rest are like these. */
const MOST_REASONS = 5;

/** Not as a word of the command: every user of the machine can read it there. */
const HOW_TO_ACTIVATE =
  'Run ./DeploymentEngineServer activate - < FILE, where FILE holds the serial, or POST {"serial": "..."} to /deployment-engine/activation';

/** A sample that is deployed by hand. */
const SAMPLE = 'The sample release has a serial of its own: sample/serial.';

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

function whyNot(serial: ActivatedSerial, release: string, now: number): Text | undefined {
  if (isOver(serial, now))
    return phrase('serial {serial} was good until {end}', {
      serial: masked(serial),
      end: day(serial.expiresAt ?? now),
    });
  return serial.release === undefined || serial.release === release
    ? undefined
    : phrase('serial {serial} is good for the release {release} alone, and this is {other}', {
        serial: masked(serial),
        release: serial.release,
        other: release,
      });
}

const notActivated = (reasons: readonly Text[]): DeploymentEngineError =>
  new DeploymentEngineError(
    'NotActivated',
    reasons.length === 0
      ? phrase('The engine is not activated. {hint}. {sample}', { hint: HOW_TO_ACTIVATE, sample: SAMPLE })
      : phrase('No activated serial is good for this deploy: {why}. {hint}. {sample}', {
          why: firstJoined(reasons, MOST_REASONS),
          hint: HOW_TO_ACTIVATE,
          sample: SAMPLE,
        }),
  );

const usedUp = (serial: ActivatedSerial): DeploymentEngineError =>
  new DeploymentEngineError(
    'DeploymentLimitReached',
    phrase('The {deployments} deployments of serial {serial} are used up. A new serial has its own. {hint}.', {
      deployments: serial.deployments,
      serial: masked(serial),
      hint: HOW_TO_ACTIVATE,
    }),
    { details: { serial: masked(serial), used: serial.used, deployments: serial.deployments } },
  );
