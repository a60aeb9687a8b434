import { expect, it, onTestFinished, vi } from 'vitest';
import { inEnglish } from '../../../domain/text/text.ts';
import { until } from '../../support/until.ts';
import { HUNG, manyNodes, unclaimed, watched, WELL } from './watched-nodes.ts';

it('keeps looking at every other node while one does not answer', async () => {
  const looks: Record<string, number> = {};
  const { store, watching, end } = await watched(async (address) => {
    looks[address] = (looks[address] ?? 0) + 1;
    if (address === HUNG) await new Promise(() => undefined);
    const ask = async () => {
      looks[address] = (looks[address] ?? 0) + 1;
      return '';
    };
    return { read: unclaimed, openDialogue: async () => ({ ask, close: () => {} }) } as never;
  });
  await until(() => (looks[WELL] ?? 0) >= 3, 'the well node is looked at three times');
  expect(looks[HUNG]).toBe(1);
  const rows = async () =>
    (await store.statuses.all()).map(({ address, detail }) => `${address} ${inEnglish(detail)}`).join();
  await until(async () => (await rows()) === `${HUNG} unreachable,${WELL} not installed`, 'each has its row');
  end.abort();
  await expect(watching).rejects.toThrow(/abort/i);
});

it('takes the answer of a node that needs longer than its patience', async () => {
  const answers = Promise.withResolvers<string>();
  let asked = false;
  const { store, watching, end } = await watched(async (address) => {
    const ask = async () => {
      if (address !== HUNG) return '';
      // Whatever is kept of the first answer stays.
      if (asked) end.abort();
      asked = true;
      return answers.promise;
    };
    return { read: unclaimed, openDialogue: async () => ({ ask, close: () => {} }) } as never;
  });
  const row = async () => (await store.statuses.all()).find(({ address }) => address === HUNG);
  await until(async () => (await row())?.detail === 'unreachable', 'it is told that nothing is known');
  const before = await row();
  await until(async () => ((await row())?.seenAt ?? 0) > (before?.seenAt ?? 0), 'and told anew');
  answers.resolve('@@instance nats_0\n@@installed\n');
  await expect(watching).rejects.toThrow(/abort/i);
  expect((await row())?.detail).toBe('installed, never started');
});

it('fails on a defect of its own, whichever node it came with', async () => {
  const { watching } = await watched(async (address) => {
    if (address === HUNG) await new Promise(() => undefined);
    throw new TypeError('oh');
  });
  await expect(watching).rejects.toThrow('oh');
});

it('looks at what is installed, whoever wants it', async () => {
  const asked: string[] = [];
  const { store, watching, end } = await watched(async (address) => {
    const ask = async (words: string) => {
      asked.push(`${address} ${words}`);
      return '';
    };
    return { read: unclaimed, openDialogue: async () => ({ ask, close: () => {} }) } as never;
  });
  const left = { id: 'dea/3', component: 'dea', number: 3, address: '10.0.0.9' } as const;
  await store.installed.note(left, { revision: 1, release: 'r' });
  await until(() => asked.includes('10.0.0.9 full dea_3'), 'the one that nobody wants is looked at');
  end.abort();
  await expect(watching).rejects.toThrow(/abort/i);
});

it('tells of a node that is cut off while its look still waits, and bears with one that is slow', async () => {
  const knocked: string[] = [];
  const { store, watching, end } = await watched(() => new Promise(() => undefined), {
    // One round only, in which nothing else tells.
    roundMs: 2_000,
    answers: async (address) => {
      knocked.push(address);
      return address === WELL;
    },
  });
  await until(async () => (await store.statuses.all()).length > 0, 'the one that is cut off has a row');
  expect(knocked.toSorted()).toEqual([HUNG, WELL]);
  expect((await store.statuses.all()).map(({ address, detail }) => [address, detail])).toEqual([[HUNG, 'unreachable']]);
  end.abort();
  await expect(watching).rejects.toThrow(/abort/i);
});

it('logs in to fifty nodes at once, and neither asks nor doubts the others before their turn', async () => {
  const all = manyNodes(120);
  const entered: (() => void)[] = [];
  const knocked = new Set<string>();
  let atOnce = 0;
  let most = 0;
  const { store, watching, end } = await watched(
    async () => {
      most = Math.max(most, ++atOnce);
      await new Promise<void>((resolve) => entered.push(resolve));
      atOnce -= 1;
      return { read: unclaimed, openDialogue: async () => ({ ask: async () => '', close: () => {} }) } as never;
    },
    {
      all,
      answers: async (address) => {
        knocked.add(address);
        return true;
      },
    },
  );
  await until(() => entered.length === 50 && knocked.size === 50, 'fifty are at it, and have been knocked at');
  entered.splice(0).forEach((enter) => enter());
  await until(() => entered.length === 50, 'the next fifty have their turn');
  entered.splice(0).forEach((enter) => enter());
  await until(() => entered.length === 20, 'and the last');
  entered.splice(0).forEach((enter) => enter());
  await until(async () => (await store.statuses.all()).length === 120, 'every node has a row');
  expect(most).toBe(50);
  end.abort();
  await expect(watching).rejects.toThrow(/abort/i);
});

it('asks none of many nodes whether it is there in a time that is short for a round of all', async () => {
  // A round of four seconds, whatever is wished for.
  const all = manyNodes(1_200);
  const answers = vi.fn(async () => true);
  let looks = 0;
  const look = async () => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    looks += 1;
    return '';
  };
  const session = { read: unclaimed, openDialogue: async () => ({ ask: look, close: () => {} }) };
  const { watching, end } = await watched(async () => session as never, { all, roundMs: 20, answers });
  await until(() => looks >= 100, 'two parts of a round have been looked at');
  expect(answers).not.toHaveBeenCalled();
  end.abort();
  await expect(watching).rejects.toThrow(/abort/i);
});

it('spreads its looks at many nodes over a round', async () => {
  const all = manyNodes(120);
  const [first, last] = [all[0]?.address, all.at(-1)?.address];
  const rounds = { first: 0, last: 0 };
  /** Of the last node, at the moment when the first is looked at again. */
  const ofLast: number[] = [];
  const { watching, end } = await watched(
    async (address) => {
      const ask = async () => {
        if (address === last) rounds.last += 1;
        if (address === first) {
          rounds.first += 1;
          setImmediate(() => ofLast.push(rounds.last));
        }
        return '';
      };
      return { read: unclaimed, openDialogue: async () => ({ ask, close: () => {} }) } as never;
    },
    { all, roundMs: 1_000 },
  );
  await until(() => ofLast.length >= 3 && rounds.last >= 3, 'there have been three rounds');
  // All nodes are logged in to by then.
  expect(ofLast[2]).toBe(2);
  end.abort();
  await expect(watching).rejects.toThrow(/abort/i);
});

it('goes on in its pace when the clock is set back', async () => {
  const now = Date.now;
  let ahead = 3_600_000;
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => now() + ahead);
  onTestFinished(() => clock.mockRestore());
  const { watching, store, end } = await watched(
    async () => {
      ahead = 0;
      return { read: unclaimed, openDialogue: async () => ({ ask: async () => '', close: () => {} }) } as never;
    },
    { all: manyNodes(120) },
  );
  await until(async () => (await store.statuses.all()).length === 120, 'every node has a row');
  end.abort();
  await expect(watching).rejects.toThrow(/abort/i);
});
