import type { Request, RequestHandler } from 'express';
import { InputError } from '../../domain/errors.ts';
import { jsonPointer } from '../../domain/schemas/json-pointer.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import { inputOf, queryOf } from './request-input.ts';

/** For routes without input: whoever sends some expects it to have an effect. Throws `InvalidRequest`. */
export function refuseInput(request: Request, message: Text): void {
  const input = inputOf(request);
  refuseKeys(typeof input === 'object' && input !== null ? Object.keys(input) : [String(input)], message);
}

export const takesNothing: RequestHandler = (request, _response, next) => {
  refuseInput(request, phrase('{method} {path} takes no input', { method: request.method, path: request.path }));
  next();
};

/** For routes that take a body only. */
export const takesNoQuery: RequestHandler = (request, _response, next) => {
  refuseKeys(
    Object.keys(queryOf(request)),
    phrase('{method} {path} takes no query', { method: request.method, path: request.path }),
  );
  next();
};

function refuseKeys(keys: readonly string[], message: Text): void {
  if (keys.length === 0) return;
  throw new InputError(
    'InvalidRequest',
    keys.map((key) => ({ pointer: jsonPointer([key]), message })),
  );
}
