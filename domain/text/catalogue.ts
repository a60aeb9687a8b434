import { ADOPTION } from './chinese/adoption.ts';
import { COMMANDS_SAY } from './chinese/commands.ts';
import { CONFIGURATION } from './chinese/configuration.ts';
import { GENERAL } from './chinese/general.ts';
import { LOG } from './chinese/log.ts';
import { MACHINES } from './chinese/machines.ts';
import { NODES } from './chinese/nodes.ts';
import { PAGES } from './chinese/pages.ts';
import { PLAN } from './chinese/plan.ts';
import { PROBLEM_TITLES } from './chinese/problem-titles.ts';
import { REFUSALS } from './chinese/refusals.ts';
import { RELEASE } from './chinese/release.ts';
import { REQUESTS } from './chinese/requests.ts';
import { RUN_ENDS } from './chinese/run-ends.ts';
import { RUNS } from './chinese/runs.ts';
import { SERVICE } from './chinese/service.ts';
import { SPECIAL_REASONS } from './chinese/special.ts';
import { STEP_REASONS } from './chinese/steps.ts';
import { TEMPORAL } from './chinese/temporal.ts';
import { WORKFLOWS } from './chinese/workflows.ts';

/**
 * Every text that callers read, by its English template: that template is its code, so that the source stays readable, and what
 * an older version has stored is still English when the catalogue no longer knows it.
 */
export const CATALOGUE = {
  ...ADOPTION,
  ...GENERAL,
  ...NODES,
  ...PROBLEM_TITLES,
  ...REQUESTS,
  ...RUN_ENDS,
  ...COMMANDS_SAY,
  ...CONFIGURATION,
  ...LOG,
  ...MACHINES,
  ...PAGES,
  ...PLAN,
  ...REFUSALS,
  ...RELEASE,
  ...RUNS,
  ...SERVICE,
  ...SPECIAL_REASONS,
  ...STEP_REASONS,
  ...TEMPORAL,
  ...WORKFLOWS,
} as const;

export type Template = keyof typeof CATALOGUE;
