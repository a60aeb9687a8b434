import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { hostAndPort } from '../domain/schemas/settings-values.ts';
import type { HostAndPort } from '../domain/schemas/settings.ts';
import { phrase, type Text } from '../domain/text/text.ts';
import type { TemporalServer } from './temporal-server.ts';

export interface Unreachable {
  readonly text: Text;
  /** It may just not be up yet. */
  readonly mayPass: boolean;
}

const WITHIN_MS = 3_000;
/** With which a client of HTTP/2 greets, and SETTINGS without any. */
const GREETING = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]),
]);
/** Fourth byte of what an HTTP/2 server answers first. */
const SETTINGS = 4;

/**
 * Why a client of Temporal gets nowhere: by itself it says only that its time is over. Undefined where HTTP/2 is spoken there, over
 * TLS if it should be.
 */
export async function whyUnreachable(
  { address, connection }: TemporalServer,
  withinMs = WITHIN_MS,
): Promise<Unreachable | undefined> {
  const target = hostAndPort.parse(address);
  const signal = AbortSignal.timeout(withinMs);
  const silent = await failureOf({ open: () => connectTcp(target), event: 'connect', signal });
  if (silent !== undefined)
    return {
      mayPass: true,
      text: phrase('no Temporal server answers at {address}: {reason}', { address, reason: silent }),
    };
  const { tls } = connection;
  if (tls === undefined || tls === false) return inClear(address, target, signal);
  const options = tlsOptions(target, tls === true ? undefined : tls);
  const failed = await failureOf({ open: () => connectTls(options), event: 'secureConnect', greets: true, signal });
  return failed === undefined ? undefined : { mayPass: false, text: tlsFailure(address, failed) };
}

async function inClear(address: string, target: HostAndPort, signal: AbortSignal): Promise<Unreachable | undefined> {
  const reason = await failureOf({ open: () => connectTcp(target), event: 'connect', greets: true, signal });
  if (reason === undefined) return undefined;
  const options = { ...tlsOptions(target, undefined), rejectUnauthorized: false };
  const speaksTls =
    (await failureOf({ open: () => connectTls(options), event: 'secureConnect', signal })) === undefined;
  return speaksTls
    ? {
        mayPass: false,
        text: phrase(
          'the Temporal server at {address} speaks TLS, and the engine was not told to: set TEMPORAL_TLS=true, and TEMPORAL_TLS_SERVER_CA_CERT_PATH if an authority of your own signs its certificate',
          { address },
        ),
      }
    : { mayPass: true, text: phrase('what answers at {address} is no Temporal server: {reason}', { address, reason }) };
}

// What Node and OpenSSL say of certificates that one of the two does not accept.
const OF_CERTIFICATES = /certificate|altnames/i;

const tlsFailure = (address: string, reason: string): Text =>
  OF_CERTIFICATES.test(reason)
    ? phrase(
        'TLS with the Temporal server at {address} fails: {reason}. TEMPORAL_TLS_SERVER_CA_CERT_PATH names the authority of its certificate, TEMPORAL_TLS_SERVER_NAME the name in it, TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH our own',
        { address, reason },
      )
    : phrase(
        'what answers at {address} does not speak TLS: {reason}. Without the settings TEMPORAL_TLS and TEMPORAL_TLS_... it is spoken to in clear',
        {
          address,
          reason,
        },
      );

type Tls = Exclude<TemporalServer['connection']['tls'], boolean | undefined>;

const tlsOptions = (target: HostAndPort, tls: Tls | undefined): ConnectionOptions => ({
  ...target,
  ALPNProtocols: ['h2'],
  ...(tls?.serverNameOverride ? { servername: tls.serverNameOverride } : {}),
  ...(tls?.serverRootCACertificate ? { ca: Buffer.from(tls.serverRootCACertificate) } : {}),
  ...(tls?.clientCertPair
    ? { cert: Buffer.from(tls.clientCertPair.crt), key: Buffer.from(tls.clientCertPair.key) }
    : {}),
});

interface Try {
  readonly open: () => Socket;
  readonly event: 'connect' | 'secureConnect';
  /** Whether HTTP/2 must be spoken there. A server refuses our certificate only after the handshake. */
  readonly greets?: boolean;
  readonly signal: AbortSignal;
}

async function failureOf({ open, event, greets = false, signal }: Try): Promise<string | undefined> {
  let socket: Socket | undefined;
  try {
    socket = open();
    await once(socket, event, { signal });
    if (!greets) return undefined;
    socket.write(GREETING);
    const closed = once(socket, 'close', { signal }).then(() => [Buffer.alloc(0)]);
    const [answer] = (await Promise.race([once(socket, 'data', { signal }), closed])) as [Buffer];
    return answer[3] === SETTINGS ? undefined : 'it does not speak HTTP/2';
  } catch (error) {
    return signal.aborted ? 'it does not answer' : (error as Error).message;
  } finally {
    // Whatever comes now is of no interest, nor is an error of what was not awaited.
    socket?.on('error', () => undefined).destroy();
  }
}
