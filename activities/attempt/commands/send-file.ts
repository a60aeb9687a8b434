import { createHash } from 'node:crypto';
import { sh } from '../../../domain/command.ts';
import { isEngineError } from '../../../domain/errors.ts';
import { Secret } from '../../../domain/secret.ts';
import type { FetchBlobAct, UploadAct } from '../../../domain/step.ts';
import type { CommandPlace, Workplace } from '../workplace.ts';
import { runCommand } from './run-command.ts';

/** Writes a file whole: its digest is compared before it replaces what is there. */
export async function uploadFile(
  work: CommandPlace,
  { path, content, mode, owner = 'root:root' }: UploadAct,
  position: number,
): Promise<void> {
  const bytes = Buffer.from(content instanceof Secret ? content.reveal() : content);
  // In the command's text: other content must be another command.
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const command = sh`
    mkdir -p "$(dirname ${path})"
    umask 077
    cat >${path}.new
    echo ${`${sha256}  ${path}.new`} | sha256sum -c --quiet
    chown ${owner} ${path}.new
    chmod ${mode} ${path}.new
    mv ${path}.new ${path}`;
  await runCommand(work, { kind: 'command', command }, position, bytes);
  work.trace.send(bytes.length);
}

/** Has the node fetch a blob from the mirror; a broken download goes on where it stopped. */
export async function fetchBlob(
  work: Workplace,
  { sha256, size, path }: FetchBlobAct,
  position: number,
): Promise<void> {
  const part = `${path}.part`;
  const expected = `${sha256}  ${part}`;
  // curl would fail to resume a part that is complete, so that one is not requested. A part whose connection broke
  // (18, 28, 56) is kept to resume from.
  const command = sh`
    mkdir -p "$(dirname ${path})"
    echo ${expected} | sha256sum -c --status 2>/dev/null ||
      curl -q -fsS --noproxy '*' --retry 3 --retry-delay 1 -C - -o ${part} ${work.mirrorUrl}/blobs/${sha256} ||
      { case $? in 18 | 28 | 56) ;; *) rm -f ${part} ;; esac; exit 1; }
    echo ${expected} | sha256sum -c --quiet || { rm -f ${part}; exit 4; }
    mv ${part} ${path}`;
  const act = { kind: 'command', command, long: true, failures: { 4: 'ChecksumMismatch' } } as const;
  await runCommand(work, act, position).catch(async (error: unknown) => {
    // One that has gone bad in the mirror is moved aside, so that ./local_build.sh takes it in again.
    if (isEngineError(error, 'ChecksumMismatch')) await work.deps.mirror.findBlob(sha256);
    throw error;
  });
  work.trace.send(size);
}
