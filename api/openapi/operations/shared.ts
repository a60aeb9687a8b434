import { z } from 'zod';
import type { ErrorCode } from '../../../domain/errors.ts';
import { wait } from '../../routes/operate.ts';
import { SelectionInput } from '../../views/selection.ts';
import type { Operation } from '../operation.ts';

export const html = z.string();

/** A browser that follows a link is asked first. */
export const ASKING_PAGE = { 'text/html': html } as const;

/** Codes of what renders every template. */
export const RENDERING = ['TemplateError', 'InvalidRelease', 'PackageCycle', 'EnvironmentLacking'] as const;

/** Codes of what has a worker look at nodes. */
export const LOOKING = ['NoWorker', 'StoreUnwritable'] as const;

/** Codes of what has it find out, too, what the nodes should become. */
export const PREVIEWING = [
  'InvalidConfiguration',
  'InvalidRelease',
  'PackageCycle',
  'EnvironmentLacking',
  ...LOOKING,
] as const;

/** Codes of what has a worker log in to a node, and needs it. */
export const ENTERING = [
  'NodeUnreachable',
  'ConnectionLost',
  'CommandTimedOut',
  'AuthenticationFailed',
  'HostKeyMismatch',
  'NodeProtocolError',
  'CommandFailed',
] as const;

/** Codes with which a step on a node fails. */
const STEP_FAILURES = [
  'JobNotRunning',
  ...ENTERING,
  'DuplicateController',
  'ClaimDamaged',
  'Superseded',
  'StepNotConverged',
  'ChecksumMismatch',
  'DiskFull',
  'NodeUnfit',
] as const;

/** Codes of what restarts or stops. */
export const OPERATING: readonly ErrorCode[] = [
  'ConfigMissing',
  'RunInProgress',
  'RunEnded',
  'NoWorker',
  'StoreUnwritable',
  ...STEP_FAILURES,
];

const NAME = 'A component, or `all`.';
const IP = 'Address of a node, or `0.0.0.0` together with `all`.';

const { name, ip } = SelectionInput.shape;

/** Both spellings; keys may be in any case, and two spellings of one key are refused. */
export const SELECTION = {
  name: { schema: name, description: NAME },
  Comp: { schema: name, description: 'The same as `name`.' },
  ip: { schema: ip, description: IP },
  Ip: { schema: ip, description: 'The same as `ip`.' },
} as const satisfies Operation['query'];

export const OPERATED = {
  ...SELECTION,
  wait: { schema: wait, description: 'Seconds after which the answer is 202, done or not. Default: when it is done.' },
} as const satisfies Operation['query'];

/** As the body of a PUT. */
export const operatedBody = z.strictObject({
  name: name.describe(NAME),
  Comp: name.describe('The same as `name`.'),
  ip: ip.describe(IP),
  Ip: ip.describe('The same as `ip`.'),
  wait: wait.describe('Seconds after which the answer is 202, done or not.'),
});
