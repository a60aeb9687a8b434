import { expect, it } from 'vitest';
import { readAnswer } from '../../../ssh/runner/answer.ts';

it("masks a node's words where they are no answer of the runner", async () => {
  const node = { address: '10.0.0.1', mask: async (text: string) => text.replaceAll('canary-5d1f', '********') };
  const running = {
    output: (async function* () {})(),
    end: async () => ({ exitCode: 1, signal: undefined, stderr: 'sh: canary-5d1f: not found\n' }),
  };
  await expect(readAnswer(node, 'run', running)).rejects.toThrow('(sh: ********: not found)');
});
