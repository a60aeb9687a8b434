import type { NodeSession, ReadResult, RunRequest, RunResult } from '../../../ssh/node-session.ts';

interface FakeSession {
  readonly session: NodeSession;
  /** Commands asked for, in order. */
  readonly ran: RunRequest[];
  /** Keys of commands that were stopped. */
  readonly stopped: string[];
  /** Where the node's ledger stands at the next look. */
  position: number;
  /** What the next looks find. Default: exit code 1, so everything is to be changed. */
  look: () => Promise<Pick<ReadResult, 'exitCode' | 'stdout'>>;
  /** How the next commands end. Default: well. */
  run: (request: RunRequest) => Promise<RunResult>;
  stop: () => Promise<void>;
}

export const ENDED: RunResult = {
  exitCode: 0,
  died: false,
  key: 'k',
  tail: '',
  durationMs: 1,
  full: [],
  attached: false,
  startedAt: 1,
};

/** A node that says what its test wants. */
export function fakeSession(address = 'local'): FakeSession {
  const fake: FakeSession = {
    ran: [],
    stopped: [],
    position: 3,
    look: async () => ({ exitCode: 1, stdout: '' }),
    run: async () => ENDED,
    stop: async () => {},
    session: {
      address,
      account: 'root',
      jobs: async () => [],
      read: async () => ({
        signal: undefined,
        stderr: '',
        durationMs: 1,
        position: fake.position,
        ...(await fake.look()),
      }),
      run: async (request: RunRequest) => {
        fake.ran.push(request);
        return fake.run(request);
      },
      stop: async (key: string) => {
        fake.stopped.push(key);
        await fake.stop();
      },
    } as unknown as NodeSession,
  };
  return fake;
}
