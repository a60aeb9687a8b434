import type { Problem } from '../errors.ts';
import { phrase } from '../text/text.ts';
import type { HostAndPort } from './settings-values.ts';

/** The settings that say who may call, and how. */
export interface CallerSettings {
  readonly listen: HostAndPort;
  readonly auth: 'auto' | 'tokens' | 'none-i-know';
  readonly tls: 'auto' | 'behind-proxy';
  readonly tlsCert?: string | undefined;
  readonly tlsKey?: string | undefined;
}

/** Whether only this machine reaches the address. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);

/** Whether other machines reach the API; a proxy is there to let them. */
export const isReachedByOthers = ({ listen, tls }: CallerSettings): boolean =>
  !isLoopback(listen.host) || tls === 'behind-proxy';

/** Whether callers must say who they are. */
export const asksTokens = (settings: CallerSettings): boolean =>
  settings.auth === 'tokens' || (settings.auth === 'auto' && isReachedByOthers(settings));

/** Whether the API itself speaks TLS. */
export const speaksTls = ({ tlsCert }: Pick<CallerSettings, 'tlsCert'>): boolean => tlsCert !== undefined;

export const MAKE_TOKEN = './DeploymentEngineServer token create --scope operator';

/** What a listener that other machines reach lacks: tokens would go over the wire in clear. */
export function callerProblems(settings: CallerSettings): Problem[] {
  const { listen, auth, tls, tlsCert, tlsKey } = settings;
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    const [set, absent] = tlsKey === undefined ? ['CERT', 'KEY'] : ['KEY', 'CERT'];
    return [
      {
        pointer: `DEPLOYMENT_ENGINE_TLS_${absent}`,
        message: phrase('is missing beside DEPLOYMENT_ENGINE_TLS_{set}', { set: set ?? '' }),
      },
    ];
  }
  if (tls === 'behind-proxy' && tlsCert !== undefined)
    return [{ pointer: 'DEPLOYMENT_ENGINE_TLS', message: 'DEPLOYMENT_ENGINE_TLS_CERT is set too; keep one of them' }];
  if (isLoopback(listen.host) || auth === 'none-i-know' || tls === 'behind-proxy' || tlsCert !== undefined) return [];
  const message = `${listen.host} is reached by other machines, so callers need TLS and tokens. Either
  set DEPLOYMENT_ENGINE_TLS_CERT and DEPLOYMENT_ENGINE_TLS_KEY to a certificate and its key,
  or DEPLOYMENT_ENGINE_TLS=behind-proxy where a proxy speaks TLS for the engine,
  and make a token: ${MAKE_TOKEN}
or listen on 127.0.0.1, or set DEPLOYMENT_ENGINE_AUTH=none-i-know on a closed network: whoever reaches it then controls the cluster`;
  return [{ pointer: 'DEPLOYMENT_ENGINE_LISTEN', message }];
}
