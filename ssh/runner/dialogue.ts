import { ANSWER_END } from '../../domain/answer-end.ts';
import type { Command } from '../../domain/command.ts';
import type { NodeAccess } from '../connect/node-access.ts';
import { connectionLost, timedOut } from '../node-errors.ts';
import type { Dialogue } from '../node-session.ts';
import { refuseLongAnswer } from './answer-limit.ts';
import { dialogueProgram } from './programs.ts';
import { runAsRoot } from './run-as-root.ts';

const END = `${ANSWER_END}\n`;

const TITLE = 'watch';

/** One question at a time. */
export async function openDialogue(node: NodeAccess, command: Command): Promise<Dialogue> {
  const { input, output, close } = await runAsRoot(node, dialogueProgram(command), { title: TITLE, isLasting: true });
  const pieces = output[Symbol.asyncIterator]();
  let isOver = false;
  const leave = (): void => {
    isOver = true;
    close();
  };

  const answer = async (): Promise<string> => {
    const heard: Buffer[] = [];
    let size = 0;
    // Only the new piece is searched, so that a long answer is not joined again for each piece.
    let last = Buffer.alloc(0);
    for (;;) {
      const { done, value } = await pieces.next();
      if (done === true) throw connectionLost(node.address, TITLE);
      heard.push(value);
      size += value.length;
      refuseLongAnswer(size, node.address, TITLE);
      last = Buffer.concat([last, value.subarray(-END.length)]).subarray(-END.length);
      if (last.toString() === END) return Buffer.concat(heard).toString().slice(0, -END.length);
    }
  };

  return {
    async ask(line, timeoutMs) {
      if (isOver) throw connectionLost(node.address, TITLE);
      const late = Promise.withResolvers<never>();
      const timer = setTimeout(() => late.reject(timedOut(node.address, TITLE, timeoutMs)), timeoutMs);
      const answered = answer();
      answered.catch(() => {}); // nobody waits for a late answer
      try {
        input.write(`${line}\n`);
        return await Promise.race([answered, late.promise]);
      } catch (error) {
        leave();
        throw error;
      } finally {
        clearTimeout(timer);
      }
    },
    close: leave,
  };
}
