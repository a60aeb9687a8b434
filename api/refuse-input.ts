import type { Request } from 'express';
import { InputError } from '../domain/errors.ts';
import { jsonPointer } from '../domain/schemas/json-pointer.ts';
import { inputOf } from './request-input.ts';

/** For routes that take none: what is not understood might have meant something. Throws `InvalidRequest`. */
export function refuseInput(request: Request, message: string): void {
  const input = inputOf(request);
  const keys = typeof input === 'object' && input !== null ? Object.keys(input) : [String(input)];
  if (keys.length === 0) return;
  throw new InputError(
    'InvalidRequest',
    keys.map((key) => ({ pointer: jsonPointer([key]), message })),
  );
}
