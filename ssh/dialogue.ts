import { ANSWER_END } from '../domain/answer-end.ts';
import type { Command } from '../domain/command.ts';
import { converse } from './conversation.ts';
import type { NodeAccess } from './node-access.ts';
import { connectionLost, timedOut } from './node-errors.ts';
import type { Dialogue } from './node-session.ts';
import { dialogueProgram, type Program } from './program.ts';

const END = `${ANSWER_END}\n`;

export const openDialogue = (node: NodeAccess, command: Command): Promise<Dialogue> =>
  talk(node, 'watch', dialogueProgram(command));

/** One question at a time. */
export async function talk(node: NodeAccess, title: string, program: Program): Promise<Dialogue> {
  const { input, output, close } = await converse(node, program, { title, isLasting: true });
  const pieces = output[Symbol.asyncIterator]();
  let isOver = false;
  const leave = (): void => {
    isOver = true;
    close();
  };

  const answer = async (): Promise<string> => {
    const heard: Buffer[] = [];
    for (;;) {
      const { done, value } = await pieces.next();
      if (done === true) throw connectionLost(node.address, title);
      heard.push(value);
      const text = Buffer.concat(heard).toString();
      if (text.endsWith(END)) return text.slice(0, -END.length);
    }
  };

  return {
    async ask(line, timeoutMs) {
      if (isOver) throw connectionLost(node.address, title);
      const late = Promise.withResolvers<never>();
      const timer = setTimeout(() => late.reject(timedOut(node.address, title, timeoutMs)), timeoutMs);
      const answered = answer();
      answered.catch(() => {}); // nobody waits for one that comes too late
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
