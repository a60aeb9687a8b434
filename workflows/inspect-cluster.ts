import type { Question } from '../domain/node/inspection.ts';
import type { Template } from '../domain/text/catalogue.ts';
import { inOwnLanguage } from '../domain/text/own-language.ts';
import { phrase } from '../domain/text/text.ts';
import { inspections, looksInTime } from './proxies.ts';
import { refuse } from './refuse.ts';

export interface InspectionInput {
  /** The question and its answer are in the store under this id: neither passes through Temporal. */
  readonly inspection: string;
  /** Default, of an older gateway: `preview`. */
  readonly question?: Question;
}

interface Look {
  readonly summary: Template;
  readonly at: (input: Pick<InspectionInput, 'inspection'>, options: { readonly summary: string }) => Promise<void>;
}

const LOOKS: Readonly<Record<Question, Look>> = {
  preview: {
    summary: 'See what a deploy would change',
    at: (input, options) => inspections.previewPlan.executeWithOptions(options, [input]),
  },
  hardware: {
    summary: 'See what the machines are',
    at: (input, options) => looksInTime.lookAtHardware.executeWithOptions(options, [input]),
  },
  preflight: {
    summary: 'See what would stop or slow a deploy',
    at: (input, options) => looksInTime.preflight.executeWithOptions(options, [input]),
  },
  hostKeys: {
    summary: 'See which host keys the machines show',
    at: (input, options) => looksInTime.showHostKeys.executeWithOptions(options, [input]),
  },
  claims: {
    summary: 'See whose the machines are',
    at: (input, options) => looksInTime.lookAtClaims.executeWithOptions(options, [input]),
  },
};

/** One look at the cluster, read-only. */
export async function inspectCluster(input?: InspectionInput): Promise<void> {
  const { inspection, question = 'preview' } = input ?? {};
  if (typeof inspection !== 'string' || !Object.hasOwn(LOOKS, question))
    throw refuse(
      'InvalidRequest',
      phrase(
        'It answers requests for a plan, for the hardware or for a preflight and cannot be started by itself: ask GET /deployment-engine/plan, /hardware or /preflight.',
      ),
    );
  const { summary, at } = LOOKS[question];
  await at({ inspection }, { summary: inOwnLanguage(summary) });
}
