import { X509Certificate } from 'node:crypto';
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import type { Server } from 'node:https';
import { createSecureContext } from 'node:tls';
import type { Logger } from 'pino';
import { DeploymentEngineError } from '../../domain/errors.ts';
import type { Settings } from '../../domain/schemas/settings.ts';
import { inOwnLanguage } from '../../domain/text/own-language.ts';
import { phrase, type Text } from '../../domain/text/text.ts';

/** As PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

type Files = Pick<Settings, 'tlsCert' | 'tlsKey'>;

const LOOK_EVERY_MS = 5_000;
const SOON_MS = 14 * 86_400_000;

/** Undefined where no certificate is set; throws `EnvironmentLacking` for one that cannot be used. */
export function readCertificate({ tlsCert, tlsKey }: Files): Certificate | undefined {
  if (tlsCert === undefined || tlsKey === undefined) return undefined;
  const cert = readPem('DEPLOYMENT_ENGINE_TLS_CERT', tlsCert);
  const key = readPem('DEPLOYMENT_ENGINE_TLS_KEY', tlsKey);
  try {
    createSecureContext({ cert, key });
  } catch (cause) {
    throw unusable(
      phrase('DEPLOYMENT_ENGINE_TLS_KEY: {key} is not the key of the certificate {certificate}', {
        key: tlsKey,
        certificate: tlsCert,
      }),
      cause,
    );
  }
  return { cert, key };
}

/** Warnings for its owner; clients reject an expired certificate by themselves. */
export function certificateWarning({ cert }: Pick<Certificate, 'cert'>, now: number): Text | undefined {
  const { validFromDate, validToDate, subject } = new X509Certificate(cert);
  const name = subject.replaceAll('\n', ', ');
  const end = validToDate.toISOString();
  if (validToDate.getTime() <= now)
    return phrase('the certificate {name} has expired on {end}: clients refuse it', { name, end });
  if (validFromDate.getTime() > now)
    return phrase('the certificate {name} is valid only from {begin}', { name, begin: validFromDate.toISOString() });
  return validToDate.getTime() - now < SOON_MS
    ? phrase('the certificate {name} expires on {end}', { name, end })
    : undefined;
}

/** Loads renewed files while the server runs; if they cannot be used, logs that and keeps the old ones. */
export function renewCertificate(
  server: Pick<Server, 'setSecureContext'>,
  files: Files,
  {
    log,
    signal,
    everyMs = LOOK_EVERY_MS,
  }: { readonly log: Logger; readonly signal: AbortSignal; readonly everyMs?: number },
): void {
  const renew = (): void => {
    try {
      const certificate = readCertificate(files);
      if (certificate === undefined) return;
      server.setSecureContext(certificate);
      const warning = certificateWarning(certificate, Date.now());
      log.info('the certificate was read anew');
      if (warning !== undefined) log.warn(inOwnLanguage(warning));
    } catch (error) {
      log.error({ err: error }, 'the new certificate cannot be used; the old one stays');
    }
  };
  const paths = [files.tlsCert, files.tlsKey].flatMap((path) => path ?? []);
  // Watched by name: a renewal may replace the file or the link.
  for (const path of paths) watchFile(path, { interval: everyMs, persistent: false }, renew);
  signal.addEventListener('abort', () => {
    for (const path of paths) unwatchFile(path, renew);
  });
}

function readPem(variable: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? '?';
    throw unusable(phrase('{variable}: {file} cannot be read ({why})', { variable, file: path, why }), cause);
  }
}

const unusable = (message: Text, cause: unknown): DeploymentEngineError =>
  new DeploymentEngineError('EnvironmentLacking', message, { cause });
