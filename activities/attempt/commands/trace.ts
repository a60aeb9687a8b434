/** What one attempt has done on its node so far. */
export interface Trace {
  /** Key of the command that runs there now; a command that we detached from stays named, so that it can be stopped. */
  readonly atWork: string | undefined;
  /** Something new was heard or carried out. */
  readonly hasProgressed: boolean;
  /** Bytes of files that were sent. */
  readonly sentBytes: number;
  begin(key: string): void;
  end(): void;
  progress(): void;
  send(bytes: number): void;
}

export function createTrace(): Trace {
  let atWork: string | undefined;
  let hasProgressed = false;
  let sentBytes = 0;
  return {
    get atWork() {
      return atWork;
    },
    get hasProgressed() {
      return hasProgressed;
    },
    get sentBytes() {
      return sentBytes;
    },
    begin: (key) => void (atWork = key),
    end: () => void (atWork = undefined),
    progress: () => void (hasProgressed = true),
    send: (bytes) => void (sentBytes += bytes),
  };
}
