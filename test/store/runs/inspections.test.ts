import { describe, expect, it } from 'vitest';
import type { PlanPreview } from '../../../domain/plan/plan-preview.ts';
import { Secret } from '../../../domain/secret.ts';
import { configuration as sample } from '../samples.ts';
import { DRIVERS, useFolders, useStores } from '../stores.ts';

const HOUR = 3_600_000;
const preview: PlanPreview = {
  revision: 3,
  release: { name: 'cf', version: '170', sha256: 'f'.repeat(64) },
  nodes: [],
  instances: [],
  builds: {},
  hash: 'a'.repeat(64),
};

describe.each(DRIVERS)('inspections in $name', ({ open, written }) => {
  const opened = useStores(open);
  const folder = useFolders();
  const configuration = sample({ nats: ['10.0.0.1'] });
  const question = { configuration, addresses: ['10.0.0.1'] };

  it('take a configuration to whoever looks, and the answer back', async () => {
    const { inspections } = await opened();
    const id = await inspections.ask(question);
    const asked = await inspections.asked(id);
    expect(asked).toEqual(question);
    expect(asked?.configuration.properties.password.reveal()).toBe(configuration.properties.password.reveal());
    expect(await inspections.answerOf(id)).toBeUndefined();
    await inspections.answer<'preview'>(id, preview);
    expect(await inspections.answerOf<'preview'>(id)).toEqual(preview);
  });

  it('answer with no secret that a node has said', async () => {
    const { inspections, log } = await opened();
    await log.learnSecrets([new Secret('token', 'hunter22')]);
    const id = await inspections.ask(question);
    await inspections.answer<'hardware'>(id, [{ address: '10.0.0.1', error: 'login with hunter22 refused' }]);
    expect(await inspections.answerOf<'hardware'>(id)).toEqual([
      { address: '10.0.0.1', error: 'login with ******** refused' },
    ]);
  });

  it('keep no secret in the clear', async () => {
    const dataDir = folder();
    const { inspections } = await opened({ dataDir });
    await inspections.ask({ configuration });
    const files = await written(dataDir);
    expect(files).toContain('inspections');
    expect(files).not.toContain(configuration.properties.password.reveal());
  });

  it('are gone when nobody waits any more', async () => {
    let now = 0;
    const { inspections } = await opened({ clock: () => now });
    const old = await inspections.ask({ configuration });
    now = HOUR + 1;
    const id = await inspections.ask({ configuration });
    expect(await inspections.asked(old)).toBeUndefined();
    expect(await inspections.asked(id)).toBeDefined();
    expect(await inspections.asked('unknown')).toBeUndefined();
  });
});
