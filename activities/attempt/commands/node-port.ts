import type { Act, InstallRunnerAct } from '../../../domain/step.ts';
import { artefactsOf, buildArtefact } from '../../builds/build-artefact.ts';
import type { NodePort } from '../run-step.ts';
import type { Workplace } from '../workplace.ts';
import { runCommand } from './run-command.ts';
import { fetchBlob, uploadFile } from './send-file.ts';

/** The node as steps see it, with every change behind the fence. */
export function createNodePort(work: Workplace): NodePort {
  const carryOut = async (act: Act, position: number): Promise<void> => {
    // After a detach nothing more is started.
    work.signal.throwIfAborted();
    switch (act.kind) {
      case 'command':
        return runCommand(work, act, position);
      case 'upload':
        return uploadFile(work, act, position);
      case 'fetchBlob':
        return fetchBlob(work, act, position);
      case 'installRunner':
        return installRunner(work, act);
      case 'leave':
        return work.session.leave(work.fence);
      case 'build':
        return buildArtefact(work, act, (part) => carryOut(part, position));
    }
  };
  return {
    check: (command) => work.session.read(command, { signal: work.signal }),
    carryOut,
    announce: async (reason) => work.log.write('info', reason),
    expect: async (changes) => work.report.expect(await artefactsOf(work, changes)),
  };
}

async function installRunner({ session, fence, notes }: Workplace, { adopt }: InstallRunnerAct): Promise<void> {
  await session.installRunner({ ...fence, about: notes, ...(adopt === undefined ? {} : { adopt }) });
}
