import type { Template } from './text/catalogue.ts';
/**
 * When a step runs: while nothing that runs is disturbed, when an instance changes or goes, when an operator asks for it, or
 * once everything else is done.
 */
export type Stage = 'prepare' | 'update' | 'operate' | 'remove' | 'sweep';

export interface StepTraits {
  readonly stage: Stage;
  /**
   * `anyone`: whoever gets in, for the steps that make the account, and for what may be another machine by now; all others run
   * as the configured user.
   */
  readonly as: 'anyone' | 'user';
  /** What an operator reads as the label of its bar in the Web UI. */
  readonly summary: Template;
  /** `skip` leaves the step as it is and goes on; some steps leave nothing to go on with. */
  readonly skippable: boolean;
}

/** The order of a deploy: each step is an activity whose type and id is its name. Released names never change. */
export const STEPS = {
  connect: { stage: 'prepare', as: 'anyone', summary: 'Connect, claim the node, read its facts', skippable: false },
  checkDisk: { stage: 'prepare', as: 'anyone', summary: 'Check the disk against disksize', skippable: true },
  ensureUser: { stage: 'prepare', as: 'anyone', summary: 'Ensure the accounts and their groups', skippable: true },
  swapAptSource: { stage: 'prepare', as: 'user', summary: 'Point apt at the mirror', skippable: true },
  installRuntimePackages: { stage: 'prepare', as: 'user', summary: 'Install the runtime packages', skippable: true },
  buildRuby: {
    stage: 'prepare',
    as: 'user',
    summary: 'Build or unpack ruby and what else is made from source',
    skippable: true,
  },
  installMonit: { stage: 'prepare', as: 'user', summary: 'Install monit and its boot entry', skippable: true },
  transferRelease: {
    stage: 'prepare',
    as: 'user',
    summary: 'Transfer the jobs and packages this node needs',
    skippable: false,
  },
  compilePackages: { stage: 'prepare', as: 'user', summary: 'Compile or unpack packages', skippable: false },
  quiesce: { stage: 'update', as: 'user', summary: 'Stop before files change', skippable: true },
  installJob: {
    stage: 'update',
    as: 'user',
    summary: 'Link packages, render templates, write the monit entry',
    skippable: false,
  },
  applySpecialSteps: {
    stage: 'update',
    as: 'user',
    summary: 'What this component needs beyond its job',
    skippable: true,
  },
  start: { stage: 'update', as: 'user', summary: 'Start and wait until every process runs', skippable: true },
  verifyInstance: { stage: 'update', as: 'user', summary: 'Check what running does not prove', skippable: true },
  restart: { stage: 'operate', as: 'user', summary: 'Stop it and start it again', skippable: false },
  removeInstance: {
    stage: 'remove',
    as: 'anyone',
    summary: 'Stop it, take its files away, move its store aside',
    skippable: true,
  },
  leaveNode: { stage: 'remove', as: 'anyone', summary: 'Give the node back as it was', skippable: true },
  stop: { stage: 'operate', as: 'user', summary: 'Stop it until it is started again', skippable: false },
  giveBack: { stage: 'sweep', as: 'anyone', summary: 'Give back a node that was only prepared', skippable: true },
  sweep: { stage: 'sweep', as: 'user', summary: 'Remove packages and releases that nothing uses', skippable: true },
} as const satisfies Record<string, StepTraits>;

export type StepName = keyof typeof STEPS;

/** Of a record, which a newer engine may have made: undefined for a step that this one does not know. */
export const stageOf = (step: string): Stage | undefined =>
  (STEPS as Readonly<Partial<Record<string, StepTraits>>>)[step]?.stage;

export const stepsOf = (stage: Stage): StepName[] =>
  (Object.keys(STEPS) as StepName[]).filter((name) => STEPS[name].stage === stage);
