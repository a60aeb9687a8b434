import { ADOPTION } from './chinese/adoption.ts';
import { GENERAL } from './chinese/general.ts';
import { PROBLEM_TITLES } from './chinese/problem-titles.ts';
import { REQUESTS } from './chinese/requests.ts';
import { RUNS } from './chinese/runs.ts';

/**
 * Every text that callers read, by its English template: that template is its code, so that the source stays readable, and what
 * an older version has stored is still English when the catalogue no longer knows it.
 */
export const CATALOGUE = { ...ADOPTION, ...GENERAL, ...PROBLEM_TITLES, ...REQUESTS, ...RUNS } as const;

export type Template = keyof typeof CATALOGUE;
