import { execFileSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { postConfiguration, startGateway } from '../gateway.ts';
import { DOCUMENT } from './described.ts';

const ROOT = join(import.meta.dirname, '../../..');
const MODULES = join(ROOT, 'node_modules');

/** What somebody writes against the generated client; each wrong line is one that must not pass. */
const PROGRAM = `
import { defaults, deploy, getConfiguration, getHardware, getRun, getStatus, postConfiguration, resolve } from './client.ts';

defaults.baseUrl = 'http://127.0.0.1:50000';
const posted = await postConfiguration({
  components: { nats: ['10.10.101.182'], dea: ['10.10.101.183', '10.10.101.184'] },
  properties: { domain: 'cf.local', home: '10.10.101.180', disksize: '15', checkdisk: 1, adduser: '1', user: 'vcap', password: 'a-long-one', root: 'another' },
});
if (posted.status === 400) for (const { pointer, message } of posted.data.errors) console.log(pointer.slice(1), message.length);
const accepted = await deploy({ confirm: 'a'.repeat(64) });
if (accepted.status === 202) {
  const { run, log }: { run: number; log: string } = accepted.data;
  const view = await getRun(run);
  if (view.status === 200) console.log(view.data.parked[0]?.message, log);
  const decision = await resolve(run, { action: 'retry', targets: ['nats/0'] });
  if (decision.status === 409 && decision.data.code === 'NothingParked') console.log(decision.data.detail);
}
const rows = await getStatus();
if (rows.status === 200) console.log(rows.data.filter(({ Status }) => Status === 'DOWN').map(({ Comp, Ip }) => Comp + Ip));
const one = await getHardware({ name: 'nats', ip: '10.10.101.182' });
if (one.status === 200 && !Array.isArray(one.data)) console.log(one.data.Required.RAM);
console.log((await getConfiguration()).status);

// @ts-expect-error there is no such decision
await resolve(1, { action: 'forget' });
// @ts-expect-error a component that nobody knows
await postConfiguration({ components: { natz: [] }, properties: {} });
// @ts-expect-error not a status of this route
console.log(rows.status === 409);
`;

const OPTIONS = {
  extends: join(ROOT, 'tsconfig.json'),
  // As most programs have it, and as the generator writes.
  compilerOptions: { exactOptionalPropertyTypes: false, typeRoots: [join(MODULES, '@types')] },
  include: ['*.ts'],
};

const folder = temporaryFolder();

beforeAll(() => {
  symlinkSync(MODULES, join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  writeFileSync(join(folder, 'openapi.json'), JSON.stringify(DOCUMENT));
  writeFileSync(join(folder, 'program.ts'), PROGRAM);
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(OPTIONS));
  execFileSync(join(MODULES, '.bin/oazapfts'), ['openapi.json', 'client.ts'], { cwd: folder, stdio: 'pipe' });
});

it('is generated, and programs that use it are checked against the API', () => {
  const { status, stdout } = checked();
  expect(stdout).toBe('');
  expect(status).toBe(0);
});

function checked(): { readonly status: number; readonly stdout: string } {
  try {
    return { status: 0, stdout: execFileSync(join(MODULES, '.bin/tsc'), ['--project', folder], { encoding: 'utf8' }) };
  } catch (error) {
    const { status, stdout } = error as { status: number; stdout: string };
    return { status, stdout };
  }
}

interface Client {
  readonly defaults: { baseUrl: string };
  getConfiguration(): Promise<{ status: number; data: unknown }>;
  resolve(run: number, decision: object): Promise<{ status: number; data: unknown }>;
}

it('speaks to a gateway', async () => {
  const gateway = await startGateway();
  await postConfiguration(gateway);
  const client = (await import(join(folder, 'client.ts'))) as Client;
  client.defaults.baseUrl = gateway.url;
  expect(await client.getConfiguration()).toMatchObject({ status: 200, data: { properties: { domain: 'cf.local' } } });
  expect(await client.resolve(9, { action: 'retry' })).toMatchObject({ status: 404, data: { code: 'RunNotFound' } });
});
