import { joined } from './text/joined.ts';
import { inOwnLanguage } from './text/own-language.ts';
import { phrase, type Text } from './text/text.ts';

/** What an error says beyond its message; ends up in problem+json and in Temporal's failure details, so: no secrets. */
export interface ErrorDetails {
  /** Set where a step failed: the cause may go away by itself, so a parked step tries again on its own. */
  readonly isRetryable?: boolean;
  /** Of a command that has ended; undefined when it died. */
  readonly exitCode?: number | undefined;
  /** The command was killed, or its node restarted. */
  readonly hasDied?: boolean;
  /** Trying again cannot help. */
  readonly isHopeless?: boolean;
  /** For how long, in milliseconds, the command itself had tried before it failed. */
  readonly failingMs?: number;
  /** What only people read. */
  readonly [name: string]: unknown;
}

/** One problem of an input, with the JSON pointer of its place. */
export interface Problem {
  readonly pointer: string;
  readonly message: Text;
}

/**
 * How often a step is retried: without end (the fault is ours, and no try is used up), for as long as patience lasts, three
 * real failures, once, or not at all.
 */
export type Retry = 'always' | 'patience' | 'few' | 'once' | 'no';

interface Traits {
  readonly retry: Retry;
  /** The HTTP status the gateway answers with; 500 where the error never reaches a client by itself. */
  readonly status: number;
}

/** Every code with its traits: the one table that retries, gateway and documentation share. */
export const ERRORS = {
  InvalidConfiguration: { retry: 'no', status: 400 },
  InvalidRequest: { retry: 'no', status: 400 },
  InvalidRelease: { retry: 'no', status: 400 },
  PackageCycle: { retry: 'no', status: 400 },
  TemplateError: { retry: 'no', status: 400 },
  Unauthorized: { retry: 'no', status: 401 },
  Forbidden: { retry: 'no', status: 403 },
  ConfigMissing: { retry: 'no', status: 403 },
  NotActivated: { retry: 'no', status: 403 },
  DeploymentLimitReached: { retry: 'no', status: 403 },
  ForeignOrigin: { retry: 'no', status: 403 },
  RunNotFound: { retry: 'no', status: 404 },
  LogNotFound: { retry: 'no', status: 404 },
  RouteNotFound: { retry: 'no', status: 404 },
  MethodNotAllowed: { retry: 'no', status: 405 },
  RequestTimedOut: { retry: 'no', status: 408 },
  RunInProgress: { retry: 'no', status: 409 },
  DuplicateController: { retry: 'no', status: 409 },
  ClaimDamaged: { retry: 'no', status: 409 },
  UnknownInstances: { retry: 'no', status: 409 },
  NothingParked: { retry: 'no', status: 409 },
  ConfirmationNeeded: { retry: 'no', status: 409 },
  Superseded: { retry: 'no', status: 409 },
  RunEnded: { retry: 'no', status: 409 },
  RevisionMismatch: { retry: 'no', status: 412 },
  BodyTooLarge: { retry: 'no', status: 413 },
  RangeNotSatisfiable: { retry: 'no', status: 416 },
  HeadersTooLarge: { retry: 'no', status: 431 },
  TooManyRequests: { retry: 'no', status: 429 },
  EngineDamaged: { retry: 'no', status: 500 },
  NetworkDown: { retry: 'no', status: 502 },
  NoWorker: { retry: 'no', status: 503 },
  StoreUnwritable: { retry: 'always', status: 503 },
  NodeUnreachable: { retry: 'patience', status: 502 },
  ConnectionLost: { retry: 'patience', status: 502 },
  CommandTimedOut: { retry: 'patience', status: 502 },
  PackageLockHeld: { retry: 'patience', status: 500 },
  AuthenticationFailed: { retry: 'no', status: 500 },
  HostKeyMismatch: { retry: 'no', status: 500 },
  DiskTooSmall: { retry: 'no', status: 500 },
  DiskFull: { retry: 'few', status: 500 },
  UnsupportedSystem: { retry: 'no', status: 500 },
  NodeUnfit: { retry: 'no', status: 500 },
  ProgramMissing: { retry: 'no', status: 500 },
  RebootNeeded: { retry: 'no', status: 500 },
  CertificateInvalid: { retry: 'no', status: 500 },
  CommandFailed: { retry: 'few', status: 500 },
  MirrorUnreadable: { retry: 'few', status: 500 },
  StepNotConverged: { retry: 'few', status: 500 },
  JobNotRunning: { retry: 'few', status: 500 },
  ChecksumMismatch: { retry: 'once', status: 500 },
  NodeProtocolError: { retry: 'once', status: 500 },
  InvalidSettings: { retry: 'no', status: 500 },
  EnvironmentLacking: { retry: 'no', status: 500 },
  InternalError: { retry: 'no', status: 500 },
} as const satisfies Record<string, Traits>;

export type ErrorCode = keyof typeof ERRORS;

/** Whether a code, as surveys and Temporal carry it, means that a node does not answer for now. */
export const isSilence = (code: string | null | undefined): boolean => ERRORS[code as ErrorCode]?.retry === 'patience';

interface ErrorOptions {
  readonly details?: ErrorDetails;
  readonly cause?: unknown;
}

/** The base of every error the engine throws on purpose: judged by `code` and `details`, never by its text. */
export class DeploymentEngineError extends Error {
  readonly code: ErrorCode;
  /** The message, to be said in the reader's language; `message` has it in the engine's language. */
  readonly text: Text;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, text: Text, { details = {}, cause }: ErrorOptions = {}) {
    super(inOwnLanguage(text), cause === undefined ? {} : { cause });
    this.name = code;
    this.code = code;
    this.text = text;
    this.details = details;
  }

  get retry(): Retry {
    return ERRORS[this.code].retry;
  }

  get status(): number {
    return ERRORS[this.code].status;
  }
}

/** How many problems an error names; the rest are counted. */
export const MOST_TOLD = 50;

/** Thrown when an input has problems: all of them at once, each with its place. */
export class InputError extends DeploymentEngineError {
  readonly problems: readonly Problem[];
  /** The same input may be right another time. */
  readonly mayPass: boolean;

  constructor(
    code: 'InvalidConfiguration' | 'InvalidRequest' | 'InvalidRelease' | 'PackageCycle' | 'TemplateError',
    problems: readonly Problem[],
    { mayPass = false } = {},
  ) {
    const told = problems.slice(0, MOST_TOLD);
    const places = told.map(({ pointer, message }) =>
      pointer === '' ? message : phrase('{place}: {what}', { place: pointer, what: message }),
    );
    const count = problems.length - told.length;
    super(code, joined([...places, ...(count > 0 ? [phrase('and {count} more', { count })] : [])]), {
      details: { errors: told, errorCount: problems.length },
    });
    this.problems = problems;
    this.mayPass = mayPass;
  }
}

/** What people are told of an error, whoever threw it. */
export const textOf = (error: unknown): Text =>
  isEngineError(error) ? error.text : error instanceof Error ? error.message : String(error);

export const isEngineError = (error: unknown, code?: ErrorCode): error is DeploymentEngineError =>
  error instanceof DeploymentEngineError && (code === undefined || error.code === code);
