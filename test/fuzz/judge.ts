import { ERRORS } from '../../domain/errors.ts';
import { mayPass } from './credentials.ts';
import type { Answer, Exchange } from './exchange.ts';
import type { Input } from './requests.ts';
import { secretsIn } from './spelled-secrets.ts';

/** Server errors that the API specification names for a path. */
const SERVER_ERRORS: readonly (readonly [RegExp, readonly (keyof typeof ERRORS)[]])[] = [
  [/^\/deployment-engine\/deploy$/, ['EngineDamaged', 'NetworkDown', 'NoWorker', 'StoreUnwritable']],
  [
    /^\/deployment-engine\/(restart|stop)$/,
    [
      'JobNotRunning',
      'NodeUnreachable',
      'ConnectionLost',
      'CommandTimedOut',
      // What a node that answers may do to whoever asks it.
      'AuthenticationFailed',
      'NodeProtocolError',
      'NoWorker',
      'StoreUnwritable',
    ],
  ],
  [/^\/deployment-engine\/hosts\/adopt$/, ['NetworkDown', 'NoWorker', 'StoreUnwritable']],
  [/^\/deployment-engine\/hosts\/[^/]+\/trust$/, ['NodeUnreachable', 'NoWorker', 'StoreUnwritable']],
  [/^\/deployment-engine\/activation$/, ['NetworkDown', 'StoreUnwritable']],
  [/^\/deployment-engine\//, ['NoWorker', 'StoreUnwritable']],
];

/** What is wrong with how a request was answered. */
export function faultsIn(
  { bytes, isWhole, credential }: Input,
  { answer, hasHung, ...rest }: Exchange,
  secrets: Secrets,
): string[] {
  const { method, path } = asked(bytes);
  const leaks = /\/credentials$/i.test(path) ? [] : secretsIn(rest.bytes, secrets);
  return [
    ...(hasHung ? [`was neither answered nor closed within ${Math.round(rest.ms)} ms`] : []),
    // A client that is still sending too much may never see the answer.
    ...(answer === undefined && !hasHung && isWhole && bytes.length < 500_000 ? ['was closed without an answer'] : []),
    ...leaks.map((leak) => `shows ${leak}`),
    ...(answer === undefined ? [] : faultsInAnswer(answer, method, path)),
    ...(answer !== undefined && isSuccess(answer) && credential !== undefined && !mayPass(credential, method, path)
      ? [`${answer.status} for ${credential.scope ?? 'nobody'}`]
      : []),
  ];
}

const isSuccess = ({ status }: Answer): boolean => status === 101 || (status >= 200 && status < 300);

export type Secrets = Readonly<Record<string, string>>;

/** The path as the gateway reads it. */
function asked(bytes: string): { readonly method: string; readonly path: string } {
  const [method = '', target = ''] = bytes.slice(0, bytes.indexOf('\r\n')).split(' ');
  const [path = ''] = target.replace(/^https?:\/\/[^/]*/i, '').split('?');
  return { method, path: path.replace(/(?<=.)\/$/, '').toLowerCase() };
}

function faultsInAnswer(answer: Answer, method: string, path: string): string[] {
  const { status } = answer;
  if (status === 0) return ['the answer is no HTTP'];
  if (status < 400 || isOfTemporal(path, answer)) return [];
  // In place of a page.
  if (isLogin(answer)) return [];
  const problem = method === 'HEAD' ? undefined : problemIn(answer);
  return [
    ...(status === 416 || method === 'HEAD' || problem !== undefined
      ? []
      : [`${status} is no problem+json: ${shown(answer)}`]),
    ...(status >= 500 && !isDocumented(path, problem?.code) ? [`${status} ${problem?.code} is not documented`] : []),
  ];
}

const isLogin = ({ status, headers, body }: Answer): boolean =>
  [401, 429].includes(status) &&
  headers.get('content-type')?.startsWith('text/html') === true &&
  body.includes('Sign in');

/** The Web UI's own answers are not ours. */
const isOfTemporal = (path: string, { headers }: Answer): boolean =>
  path.startsWith('/temporal') && headers.get('content-type') !== 'application/problem+json';

const shown = ({ headers, body }: Answer): string =>
  `${headers.get('content-type')} ${body.subarray(0, 200).toString()}`;

interface Problem {
  readonly code: string;
}

function problemIn({ status, headers, body }: Answer): Problem | undefined {
  if (headers.get('content-type') !== 'application/problem+json') return undefined;
  const problem = parsed(body) as Readonly<Record<string, unknown>> | undefined;
  const { type, title, detail, code, errors } = problem ?? {};
  const isComplete =
    problem?.['status'] === status &&
    [title, detail].every((text) => typeof text === 'string' && text !== '') &&
    typeof code === 'string' &&
    code in ERRORS &&
    type === `urn:deployment-engine:error:${code}` &&
    Array.isArray(errors);
  return isComplete ? { code } : undefined;
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

function isDocumented(path: string, code: string | undefined): boolean {
  // Whether the engine can work is what it tells.
  if (path === '/deployment-engine/health') return true;
  const codes = SERVER_ERRORS.find(([pattern]) => pattern.test(path))?.[1] ?? [];
  return codes.includes(code as keyof typeof ERRORS);
}
