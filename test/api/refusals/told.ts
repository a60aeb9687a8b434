import { expect } from 'vitest';
import { DeploymentEngineError, type ErrorCode } from '../../../domain/errors.ts';
import { configurationDocument, type Gateway } from '../gateway.ts';
import { rawAnswer } from '../raw-answer.ts';

/** `GET /deploy?confirm=...`, and a body that is sent as JSON. */
export type Call = readonly [call: string, body?: unknown];

/** What a call is told: `409 RunEnded`, or `200`. Judged by its description as well. */
export async function told(gateway: Gateway, [call, body]: Call): Promise<string> {
  const [method = '', path = ''] = call.split(' ');
  const { status, code } = await rawAnswer(gateway, {
    method,
    path: `/deployment-engine${path}`,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return code === undefined ? String(status) : `${status} ${code}`;
}

export const error = (code: ErrorCode): DeploymentEngineError => new DeploymentEngineError(code, 'why');
export const refusing = (code: ErrorCode) => () => Promise.reject(error(code));

/** Has each call be told each code, once that is refused with. */
export async function expectEach(
  gateway: Gateway,
  calls: readonly Call[],
  codes: readonly ErrorCode[],
  refuse: (code: ErrorCode) => void = () => undefined,
): Promise<void> {
  for (const code of codes) {
    refuse(code);
    for (const call of calls)
      expect.soft(`${call[0]}: ${await told(gateway, call)}`).toBe(`${call[0]}: ${error(code).status} ${code}`);
  }
}

/** Codes with which a worker comes into no node. */
export const ENTERED = [
  'NodeUnreachable',
  'ConnectionLost',
  'CommandTimedOut',
  'AuthenticationFailed',
  'HostKeyMismatch',
  'NodeProtocolError',
  'CommandFailed',
] as const;

export const CANDIDATE = configurationDocument();
export const ALL = '?name=all&ip=0.0.0.0';

const calls = (methods: readonly string[], paths: readonly string[]): readonly Call[] =>
  paths.flatMap((path) => methods.map((method) => [`${method} ${path}`] as const));

export const DEPLOYS = calls(['GET', 'POST'], ['/deploy']);
export const OPERATIONS = calls(['GET', 'PUT', 'POST'], [`/restart${ALL}`, `/stop${ALL}`]);
