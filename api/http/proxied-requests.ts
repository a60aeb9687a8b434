import type { IncomingMessage } from 'node:http';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { asksTokens, isLoopback } from '../../domain/schemas/callers.ts';
import type { Settings } from '../../domain/schemas/settings.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import { isAmong, plainAddress } from './plain-address.ts';

type Proxying = Pick<Settings, 'auth' | 'listen' | 'proxies' | 'tls'>;

interface Received {
  readonly headers: IncomingMessage['headers'];
  readonly socket: Pick<IncomingMessage['socket'], 'remoteAddress'>;
}

/** What proxies write. */
const MARKS = ['x-forwarded-for', 'forwarded', 'via'];

/**
 * Throws `ForeignOrigin` for what comes through a proxy to an engine that takes everybody for this machine, and for what comes
 * past the proxy to one that has it speak TLS.
 */
export function refuseProxied(request: Received, settings: Proxying, ownAddresses: readonly string[]): void {
  if (settings.tls === 'behind-proxy') return refusePastProxy(request, settings, ownAddresses);
  if (asksTokens(settings) || settings.auth === 'none-i-know') return;
  const mark = MARKS.find((name) => request.headers[name] !== undefined);
  if (mark === undefined) return;
  throw refused(
    phrase(
      'a proxy has passed this on (it has {mark}), and this engine asks nobody for a token because only its own machine should reach it; with DEPLOYMENT_ENGINE_TLS=behind-proxy it serves callers of a proxy, with tokens',
      { mark },
    ),
  );
}

function refusePastProxy({ socket }: Received, { proxies }: Proxying, ownAddresses: readonly string[]): void {
  const peer = plainAddress(socket.remoteAddress ?? 'unknown');
  if (isLoopback(peer) || ownAddresses.includes(peer) || isAmong(peer, proxies)) return;
  throw refused(
    phrase('{peer} is no proxy of this engine; DEPLOYMENT_ENGINE_PROXIES lists those on other machines', { peer }),
  );
}

const refused = (message: Text): DeploymentEngineError => new DeploymentEngineError('ForeignOrigin', message);
