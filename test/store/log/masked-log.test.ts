import { describe, expect, it } from 'vitest';
import { Secret } from '../../../domain/secret.ts';
import { allLines, beginRun, configuration, line, texts } from '../samples.ts';
import { DRIVERS, useFolders, useStores } from '../stores.ts';
import { hand } from './hand-over.ts';

describe.each(DRIVERS)('the log in $name', ({ open }) => {
  const folder = useFolders();
  const opened = useStores(open);

  describe('secrets', () => {
    it('masks those of every revision, of the cluster, and learned ones', async () => {
      const store = await opened();
      const run = await beginRun(store);
      await store.configurations.accept(configuration(undefined, { password: 'old-canary' }), {});
      await store.configurations.accept(configuration(undefined, { password: 'new-canary' }), {});
      await store.secrets.ensure(['nats'], () => 'cluster-canary');
      await store.log.learnSecrets([new Secret('token', 'learned-canary')]);
      await store.log.append(run, [line('old-canary new-canary root password cluster-canary learned-canary end')]);
      expect(texts(await allLines(store, run))).toEqual(['******** ******** ******** ******** ******** end']);
    });

    it('masks what another process learned, from its very next line on', async () => {
      const dataDir = folder();
      const [one, two] = [await opened({ dataDir }), await opened({ dataDir })];
      const run = await beginRun(one);
      await one.log.append(run, [line('canary-one')]);
      await two.log.learnSecrets([new Secret('one', 'canary-one'), new Secret('short', 'abc')]);
      await one.log.append(run, [line('canary-one abc')]);
      await two.log.learnSecrets([new Secret('again', 'canary-one'), new Secret('two', 'canary-two')]);
      await one.log.append(run, [line('canary-two')]);
      expect(texts(await allLines(one, run))).toEqual(['canary-one', '******** abc', '********']);
    });

    it('masks a secret that two chunks share, also one learned in between', async () => {
      const store = await opened();
      const run = await beginRun(store);
      await hand(store, run, 'password: hunt');
      await store.log.learnSecrets([new Secret('token', 'hunter22')]);
      await hand(store, run, 'er22!\n', { start: 14 });
      expect(texts(await allLines(store, run))).toEqual(['password: ********!']);
    });

    it('masks the last line and the reason of a run', async () => {
      const store = await opened();
      const run = await beginRun(store);
      await store.log.learnSecrets([new Secret('token', 'hunter22')]);
      const ended = await store.runs.finish(run, 'failed', 'bad hunter22', line('FAILED (bad hunter22)', 'local'));
      expect(ended.reason).toBe('bad ********');
      expect(texts(await allLines(store, run))).toEqual(['FAILED (bad ********)']);
    });
  });
});
