import { expect } from 'vitest';
import type { InputError } from '../../../domain/errors.ts';
import { parseConfiguration } from '../../../domain/schemas/configuration.ts';
import { inEnglish } from '../../../domain/text/text.ts';
import { DOCUMENT } from '../document-example.ts';

type Context = Parameters<typeof parseConfiguration>[1];

export const withProperties = (properties: object) => ({
  ...DOCUMENT,
  properties: { ...DOCUMENT.properties, ...properties },
});
export const withComponents = (components: object) => ({ ...DOCUMENT, components });

export const problemsOf = (document: unknown, context?: Context): string[] => {
  try {
    parseConfiguration(document, context);
  } catch (error) {
    const { code, problems } = error as InputError;
    expect(code).toBe('InvalidConfiguration');
    return problems.map(({ pointer, message }) => `${pointer}: ${inEnglish(message)}`);
  }
  return [];
};
