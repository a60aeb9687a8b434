import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import proto from '@temporalio/proto';
import { expect, it, onTestFinished } from 'vitest';
import { parseSettings } from '../../domain/schemas/settings.ts';
import { inEnglish } from '../../domain/text/text.ts';
import { temporalServer } from '../../temporal/temporal-server.ts';
import { untilServes } from '../../temporal/until-serves.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type Answers, standInTemporal } from './stand-in-temporal.ts';

const [NOT_FOUND, PERMISSION_DENIED, UNAUTHENTICATED] = [5, 7, 16];

/** How a start with this server goes; what is retried gets no second chance. */
function start(address: string, env: Record<string, string> = {}) {
  const all = { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: 'cf', ...env };
  return untilServes(temporalServer(parseSettings(all), all), { withinMs: 0 });
}

const { INDEXED_VALUE_TYPE_TEXT: TEXT, INDEXED_VALUE_TYPE_KEYWORD: KEYWORD } =
  proto.temporal.api.enums.v1.IndexedValueType;
const attributes = (customAttributes: Record<string, number>): Uint8Array =>
  proto.temporal.api.operatorservice.v1.ListSearchAttributesResponse.encode({ customAttributes }).finish();

const startWith = async (answers: Answers) => start(await standInTemporal(answers));

it('takes a server that grants everything', async () => {
  const { changed, warnings } = await startWith({});
  expect(changed).toEqual(['retention', 'ClusterId', 'Operation', 'Phase', 'Run', 'NodesTotal', 'Parked']);
  expect(warnings).toEqual([]);
});

it.each([
  [
    'it has no such namespace, and we may not register one',
    { DescribeNamespace: [NOT_FOUND, ''], RegisterNamespace: [PERMISSION_DENIED, 'Request unauthorized.'] },
    /namespace cf \(TEMPORAL_NAMESPACE\).*Request unauthorized\..*temporal operator namespace create --namespace cf --retention 30d/,
  ],
  [
    'we may not use the namespace',
    { DescribeNamespace: [PERMISSION_DENIED, 'Request unauthorized.'] },
    /may not use namespace cf of .*127\.0\.0\.1:\d+: Request unauthorized/,
  ],
  [
    'our attributes are missing, and we may not add them',
    { AddSearchAttributes: [PERMISSION_DENIED, 'Request unauthorized.'] },
    /lacks the search attributes ClusterId, .*search-attribute create --namespace cf --name ClusterId --type Keyword .*--name Parked --type Int/,
  ],
  [
    'attributes of our names are of other types',
    { ListSearchAttributes: [0, attributes({ Run: TEXT, Phase: KEYWORD, Parked: KEYWORD })] },
    /has search attributes of other types than the engine needs: Run \(Keyword\), Parked \(Int\)\. .*TEMPORAL_NAMESPACE/,
  ],
  [
    'it does not take our key',
    { DescribeNamespace: [UNAUTHENTICATED, 'bad key'] },
    /credentials: bad key.*TEMPORAL_API_KEY/,
  ],
] as const)('says so where %s', async (_what, answers, said) => {
  await expect(startWith(answers)).rejects.toMatchObject({
    code: 'EnvironmentLacking',
    message: expect.stringMatching(said),
  });
});

it('starts with a warning where it may not see the attributes or keep what ended for longer', async () => {
  const denied = [PERMISSION_DENIED, 'Request unauthorized.'] as const;
  const { changed, warnings } = await startWith({ UpdateNamespace: denied, ListSearchAttributes: denied });
  expect(changed).toEqual([]);
  expect(warnings.map(inEnglish)).toEqual([
    expect.stringContaining('keeps what has ended for 0 days, not 30'),
    expect.stringContaining('may not see whether namespace cf'),
  ]);
});

it('says where nobody answers', async () => {
  await expect(start('127.0.0.1:9')).rejects.toThrow('no Temporal server answers at 127.0.0.1:9: connect ECONNREFUSED');
});

it('says where something else answers', async () => {
  const server = createServer((socket) => socket.on('error', () => undefined).end('SSH-2.0-something\r\n'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  await expect(start(address)).rejects.toThrow(`what answers at ${address} is no Temporal server`);
  await expect(start(address, { TEMPORAL_TLS: 'true' })).rejects.toThrow('does not speak TLS');
});

it('says which setting of TLS is missing or wrong', async () => {
  const folder = temporaryFolder();
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(folder, name)) as [string, string];
  const words = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-subj',
    '/CN=temporal',
  ];
  const named = ['-addext', 'subjectAltName=DNS:temporal.example', '-keyout', key, '-out', cert];
  execFileSync('openssl', [...words, ...named], { stdio: 'ignore' });
  const pair = { key: readFileSync(key), cert: readFileSync(cert) };
  const address = await standInTemporal({}, pair);
  const ca = { TEMPORAL_TLS_SERVER_CA_CERT_PATH: cert };
  const name = { TEMPORAL_TLS_SERVER_NAME: 'temporal.example' };
  await expect(start(address)).rejects.toThrow(/speaks TLS, and the engine was not told to: set TEMPORAL_TLS=true/);
  await expect(start(address, { TEMPORAL_TLS: 'true' })).rejects.toThrow(
    /self-signed certificate.*_SERVER_CA_CERT_PATH/,
  );
  await expect(start(address, ca)).rejects.toThrow(/altnames.*TEMPORAL_TLS_SERVER_NAME/);
  await expect(start(address, { ...ca, ...name })).resolves.toMatchObject({ warnings: [] });
  const strict = await standInTemporal({}, { ...pair, ca: pair.cert, requestCert: true, rejectUnauthorized: true });
  await expect(start(strict, { ...ca, ...name })).rejects.toThrow(/certificate.*TEMPORAL_TLS_CLIENT_CERT_PATH/);
  const own = { TEMPORAL_TLS_CLIENT_CERT_PATH: cert, TEMPORAL_TLS_CLIENT_KEY_PATH: key };
  await expect(start(strict, { ...ca, ...name, ...own })).resolves.toMatchObject({ warnings: [] });
});
