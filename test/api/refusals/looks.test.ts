import { beforeEach, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../../domain/errors.ts';
import { type Gateway, postConfiguration, startGateway } from '../gateway.ts';
import { INSPECTION_ANSWERS } from '../inspection-answers.ts';
import { ALL, CANDIDATE, ENTERED, error, expectEach, refusing, told } from './told.ts';

let gateway: Gateway;

const RENDERED = [
  'InvalidConfiguration',
  'TemplateError',
  'InvalidRelease',
  'PackageCycle',
  'EnvironmentLacking',
] as const;
const PREVIEWED = ['InvalidConfiguration', 'InvalidRelease', 'PackageCycle', 'EnvironmentLacking', 'NoWorker'] as const;
// What a route passes on of others' refusals, as it is described.

describe('of a rendering', () => {
  it('by whoever has everything rendered', async () => {
    let code: ErrorCode | undefined;
    gateway = await startGateway({
      dryRun: () => (code === undefined ? Promise.resolve([]) : Promise.reject(error(code))),
    });
    await postConfiguration(gateway);
    const calls = [
      ['POST /config', CANDIDATE],
      ['GET /plan'],
      ['POST /plan', CANDIDATE],
      ['GET /deploy?dry-run=1'],
      ['POST /deploy?dry-run=1'],
    ] as const;
    await expectEach(gateway, calls, RENDERED, (next) => (code = next));
  });
});

describe('of a worker that looks', () => {
  beforeEach(async () => {
    gateway = await startGateway();
    await postConfiguration(gateway);
    await gateway.store.nodes.pinHostKey('10.10.101.181', `SHA256:${'1'.repeat(43)}`);
  });

  const refuse = (code: ErrorCode) => void Object.assign(gateway.cluster, { inspect: refusing(code) });
  const LOOKS = [[`GET /hardware${ALL}`], ['POST /hosts/10.10.101.181/trust'], ['POST /hosts/adopt']] as const;
  const PREVIEWS = [
    ['GET /plan'],
    ['POST /plan', CANDIDATE],
    ['GET /preflight'],
    ['POST /preflight', CANDIDATE],
    ['GET /deploy?dry-run=1'],
    ['POST /deploy?dry-run=1'],
  ] as const;

  it('by whoever asks nodes', () => expectEach(gateway, LOOKS, ['NoWorker'], refuse));
  it('by whoever asks what would become of them', () => expectEach(gateway, PREVIEWS, PREVIEWED, refuse));

  it('where its question cannot be stored', async () => {
    Object.assign(gateway.store.inspections, { ask: refusing('StoreUnwritable') });
    await expectEach(gateway, [...LOOKS, ...PREVIEWS], ['StoreUnwritable']);
  });

  it('not where it answers, and a key that no node shows has to be named', async () => {
    gateway.cluster.inspect = async (question, inspection) => {
      await gateway.store.inspections.answer<typeof question>(inspection, INSPECTION_ANSWERS[question]);
    };
    for (const [call] of [...LOOKS.slice(0, 1), ...PREVIEWS.slice(-2)]) expect(await told(gateway, [call])).toBe('200');
    expect(await told(gateway, ['POST /hosts/10.10.101.181/trust'])).toBe('502 NodeUnreachable');
    expect(await told(gateway, ['POST /hosts/10.10.101.181/trust', { hostKey: `SHA256:${'2'.repeat(43)}` }])).toBe(
      '200',
    );
  });

  it('that cannot get into nodes which answer, and blames the network only where none does', async () => {
    let codes: readonly ErrorCode[] = [];
    gateway.cluster.inspect = async (_question, inspection) => {
      const [first, ...others] = codes.map((code, index) => ({ address: `10.10.101.18${index}`, error: 'why', code }));
      await gateway.store.inspections.answer<'claims'>(inspection, first === undefined ? [] : [first, ...others]);
    };
    const adopts = [['POST /hosts/adopt']] as const;
    const refused = ['AuthenticationFailed', 'HostKeyMismatch', 'NodeProtocolError', 'CommandFailed'] as const;
    await expectEach(gateway, adopts, refused, (code) => (codes = ['NodeUnreachable', code]));
    codes = ['NodeUnreachable', 'ConnectionLost'];
    expect(await told(gateway, adopts[0])).toBe('502 NetworkDown');
  });

  it('that reads an own log of an instance', async () => {
    const nats = { component: 'nats', address: '10.10.101.182' } as const;
    await gateway.store.nodes.ensureNumbers([nats]);
    await gateway.store.installed.note({ id: 'nats/0', number: 0, ...nats }, { revision: 1, release: 'f'.repeat(64) });
    const list = await (await gateway.fetch('/deployment-engine/download')).json();
    expect(list).toContain('nats_0.run.log');
    await expectEach(
      gateway,
      [['PUT /download', 'nats_0.run.log']],
      [...ENTERED, 'LogNotFound', 'NoWorker'],
      (code) => void Object.assign(gateway.cluster, { copyLog: refusing(code) }),
    );
  });
});
