import type { Request, Response } from 'express';
import { phrase } from '../../domain/text/text.ts';
import type { ApiDependencies } from '../api-dependencies.ts';
import { noteOperation } from '../http/operations-log.ts';
import type { Caller } from './caller.ts';

const LONGEST_URL = 300;

/** Notes each request in local.log once it is answered: what was asked, by whom, from where, with what result. */
export function audit(
  { method, originalUrl }: Pick<Request, 'method' | 'originalUrl'>,
  response: Response,
  { caller, address }: { readonly caller: Caller; readonly address: string },
  { store, log }: Pick<ApiDependencies, 'store' | 'log'>,
): void {
  const asked = `${method} ${withoutProofs(originalUrl).slice(0, LONGEST_URL)}`;
  response.once('close', () => {
    const answer = response.writableFinished ? String(response.statusCode) : 'gone before the answer';
    noteOperation(
      store,
      phrase('{call} by {caller} from {address}: {answer}', { call: asked, caller: caller.name, address, answer }),
    ).catch((error: unknown) =>
      log.error({ err: error, asked, caller: caller.name, address, answer }, 'local.log does not have this call'),
    );
  });
}

/** Serials and tokens belong in a body and a header; who wrote one into the address has shown it to enough places already. */
const withoutProofs = (url: string): string => url.replace(/(?<!\w)(DE1-|de_)[\w-]{20,}/g, '$1…');
