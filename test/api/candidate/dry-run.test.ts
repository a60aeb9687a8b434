import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createDryRun } from '../../../api/candidate/dry-run.ts';
import { InputError, type Problem } from '../../../domain/errors.ts';
import type { Release } from '../../../domain/release/release.ts';
import type { ClusterToRender } from '../../../rendering/render-cluster.ts';
import type { JobTexts } from '../../../rendering/sandbox/dry-render-protocol.ts';
import { openStore } from '../../../store/open-store.ts';
import type { Store } from '../../../store/store.ts';
import { configurationWith } from '../../domain/document-example.ts';
import { tarball } from '../../release/release-tarball.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const RELEASE: Release = { name: 'cf', version: '160', sha256: 'f'.repeat(64), jobs: {}, packages: {} };

async function emptyStore(): Promise<Store> {
  const store = await openStore({ dataDir: temporaryFolder() });
  onTestFinished(() => store.close());
  return store;
}

/** A dry run whose rendering only notes what it was given. */
function noting(store: Store, release: Release | undefined, judge: () => Promise<Problem[]> = async () => []) {
  const rendered: ClusterToRender[] = [];
  const dryRun = createDryRun({
    store,
    mirror: { release: async () => release, blobPath: (sha256) => sha256 },
    render: (cluster) => {
      rendered.push(cluster);
      return judge();
    },
  });
  return { dryRun, rendered };
}

const turnsOfTheLoop = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await setImmediate();
};

const nats = (...addresses: string[]) => configurationWith({ nats: addresses });

describe('the dry run of a configuration', () => {
  it('renders the release that the mirror holds with the numbers of the cluster and none of its secrets', async () => {
    const store = await emptyStore();
    await store.nodes.ensureNumbers([{ component: 'nats', address: '10.0.0.1' }]);
    const kept = await store.secrets.ensure(['nats_password', 'haproxy_ssl_pem/cf.local'], () => 'kept');
    const { dryRun, rendered } = noting(store, RELEASE);
    expect(await dryRun(nats('10.0.0.2', '10.0.0.1'))).toEqual([]);
    expect(rendered[0]?.instances.map(({ id, address }) => [id, address])).toEqual([
      ['nats/1', '10.0.0.2'],
      ['nats/0', '10.0.0.1'],
    ]);
    expect(rendered[0]?.version.release.version).toBe('160');
    expect([...(rendered[0]?.secrets.keys() ?? [])]).toEqual(rendered[0]?.version.secrets);
    expect([...(rendered[0]?.secrets.values() ?? [])].map((secret) => secret.reveal())).not.toContain('kept');
    expect((await store.secrets.known()).size).toBe(kept.size);
    expect(await store.nodes.numbers()).toHaveLength(1);
  });

  it('renders the same input once, and another one again', async () => {
    const { dryRun, rendered } = noting(await emptyStore(), RELEASE);
    for (const address of ['10.0.0.1', '10.0.0.1', '10.0.0.2', '10.0.0.1']) await dryRun(nats(address));
    expect(rendered).toHaveLength(2);
  });

  it('renders for one at a time, whatever number asks', async () => {
    let [now, most] = [0, 0];
    const { dryRun, rendered } = noting(await emptyStore(), RELEASE, async () => {
      most = Math.max(most, (now += 1));
      await turnsOfTheLoop(3);
      now -= 1;
      return [];
    });
    await Promise.all(Array.from({ length: 20 }, (_, last) => dryRun(nats(`10.0.0.${last + 1}`))));
    expect([rendered.length, most]).toEqual([20, 1]);
  });

  it('renders again what another time may go well', async () => {
    const store = await emptyStore();
    const { dryRun, rendered } = noting(store, RELEASE, async () => {
      throw new InputError('TemplateError', [{ pointer: '', message: 'ended before its time' }], { mayPass: true });
    });
    for (const _time of [1, 2]) await expect(dryRun(nats('10.0.0.1'))).rejects.toMatchObject({ code: 'TemplateError' });
    expect(rendered).toHaveLength(2);
  });

  it('gives what only nodes can tell, again and again', async () => {
    const warnings = [{ pointer: '/jobs/nats/templates/ctl.erb', message: 'line 1: runs a command' }];
    const { dryRun, rendered } = noting(await emptyStore(), RELEASE, async () => warnings);
    for (const _ of [1, 2]) expect(await dryRun(nats('10.0.0.1'))).toEqual(warnings);
    expect(rendered).toHaveLength(1);
  });

  it('remembers what is wrong with an input, but not that it could not be judged', async () => {
    const problems = [{ pointer: '/jobs/nats/monit', message: 'property a is not set (nats/0)' }];
    const wrong = noting(await emptyStore(), RELEASE, () => Promise.reject(new InputError('TemplateError', problems)));
    for (const _ of [1, 2]) await expect(wrong.dryRun(nats('10.0.0.1'))).rejects.toMatchObject({ problems });
    expect(wrong.rendered).toHaveLength(1);
    const broken = noting(await emptyStore(), RELEASE, () => Promise.reject(new Error('no ruby')));
    for (const _ of [1, 2]) await expect(broken.dryRun(nats('10.0.0.1'))).rejects.toThrow('no ruby');
    expect(broken.rendered).toHaveLength(2);
  });

  it('warns when there is no release yet, and looks at the ports of the default version', async () => {
    const { dryRun, rendered } = noting(await emptyStore(), undefined);
    expect(await dryRun(nats('10.0.0.1'))).toMatchObject([{ message: expect.stringContaining('./local_build.sh') }]);
    expect(rendered).toEqual([]);
  });

  it('says what to do when the mirror has lost an archive', async () => {
    const nowhere = { release: async () => RELEASE, blobPath: () => '/nowhere/blob' };
    const archive = { sha256: 'a', size: 1 };
    const job = { name: 'nats', version: '1', fingerprint: 'n', archive, packages: [], templates: {}, properties: {} };
    const dryRun = createDryRun({
      store: await emptyStore(),
      mirror: nowhere,
      render: async ({ texts }) => {
        await texts(job);
        return [];
      },
    });
    await expect(dryRun(nats('10.0.0.1'))).rejects.toMatchObject({
      code: 'EnvironmentLacking',
      message: expect.stringMatching(/job nats.*local_build/),
    });
  });

  it('reads the archives of a release once', async () => {
    const blob = join(temporaryFolder(), 'blob');
    const archive = { sha256: 'a', size: 1 };
    const job = { name: 'nats', version: '1', fingerprint: 'n', archive, packages: [], templates: {}, properties: {} };
    let release = RELEASE;
    const seen: JobTexts[] = [];
    const dryRun = createDryRun({
      store: await emptyStore(),
      mirror: { release: async () => release, blobPath: () => blob },
      render: async ({ texts }) => {
        seen.push(await texts(job));
        return [];
      },
    });
    await expect(dryRun(nats('10.0.0.1'))).rejects.toMatchObject({ code: 'EnvironmentLacking' });
    await writeFile(blob, await tarball({ monit: 'first' }));
    await dryRun(nats('10.0.0.1'));
    await writeFile(blob, await tarball({ monit: 'second' }));
    await dryRun(nats('10.0.0.2'));
    release = { ...RELEASE, sha256: 'e'.repeat(64) };
    await dryRun(nats('10.0.0.3'));
    expect(seen).toEqual([{ monit: 'first' }, { monit: 'first' }, { monit: 'second' }]);
  });

  it('refuses a release that the engine does not know', async () => {
    const { dryRun } = noting(await emptyStore(), { ...RELEASE, version: '9' });
    await expect(dryRun(nats('10.0.0.1'))).rejects.toMatchObject({ code: 'InvalidRelease' });
  });
});
