import { applySpecialSteps } from '../../../activities/steps/apply-special-steps.ts';
import { installJob } from '../../../activities/steps/install-job.ts';
import { quiesce } from '../../../activities/steps/quiesce.ts';
import { removeInstance } from '../../../activities/steps/removal/remove-instance.ts';
import { restart } from '../../../activities/steps/restart.ts';
import { start } from '../../../activities/steps/start.ts';
import { stop } from '../../../activities/steps/stop.ts';
import { verifyInstance } from '../../../activities/steps/verify-instance.ts';
import type { StepName } from '../../../domain/steps.ts';
import { NATS, nodeContext } from '../samples.ts';
import type { StepCase } from './shown-step.ts';

const context = nodeContext();
const { instance } = NATS;

const monitFiles = ['instance', 'launch'].map((name) => ({
  path: `/var/vcap/bosh/bin/${name}`,
  content: `# ${name}\n`,
  mode: '0755',
}));

/** As a node prints the checks of several parts. */
const framed = (mark: string, ...outputs: readonly string[]): string =>
  outputs.map((output, index) => `${output}\n@@deployment-engine-check-end${mark} ${index} 0\n`).join('');

const installed = (fingerprint: string): string => `fingerprint=${fingerprint}\ninput=job nats f-older\n`;
const INSTALLED = installed(NATS.fingerprint);

const starting = start(NATS, 600_000);
const restarting = restart({ monitFiles }, instance, { token: 'run-7', startDeadlineMs: 600_000 });
const serving = { ...NATS, special: ['nfsServes', 'databaseRoles'] as const };

/** Of each step of an instance: what it does to nodes that differ. */
export const INSTANCE_STEP_CASES: Partial<Record<StepName, readonly StepCase[]>> = {
  quiesce: [
    {
      name: 'files that change',
      step: quiesce(context, NATS),
      stdout: framed('', installed('older'), 'nats running\n'),
    },
    { name: 'files that stay', step: quiesce(context, NATS), stdout: framed('', INSTALLED, 'nats running\n') },
    {
      name: 'files that change of a stopped one',
      step: quiesce(context, NATS),
      stdout: framed('', installed('older'), 'nats not monitored\n'),
    },
  ],
  installJob: [
    { name: 'a node without it', step: installJob(context, NATS), stdout: '' },
    { name: 'a node that has it', step: installJob(context, NATS), stdout: INSTALLED },
    {
      name: 'other inputs and a file that has drifted',
      step: installJob(context, { ...NATS, idle: ['etcd', 'etcd_ssl'], rewritten: ['nats/own.conf'] }),
      stdout: `${installed('older')}drifted=/var/vcap/jobs/nats/own.conf\ndrifted=/var/vcap/jobs/nats/bin/nats_ctl\n`,
    },
  ],
  applySpecialSteps: [
    { name: 'one that is due', step: applySpecialSteps(context, NATS), stdout: framed('-of-part', '') },
  ],
  start: [
    { name: 'one that never started', step: starting, stdout: 'started=\nnats not monitored\n' },
    { name: 'one that runs', step: starting, stdout: 'started=wanted-fingerprint\nnats running\n' },
    { name: 'one that runs on older files', step: starting, stdout: 'started=older\nnats running\n' },
    {
      name: 'one that monit knows differently',
      step: starting,
      stdout: 'started=wanted-fingerprint\nentries=outdated\nnats running\n',
    },
  ],
  verifyInstance: [
    {
      name: 'what does not serve',
      step: verifyInstance(context, serving),
      stdout: framed('-of-part', '', ''),
    },
  ],
  restart: [
    { name: 'one that runs', step: restarting, stdout: 'token=run-6\nnats running\n' },
    { name: 'one that was restarted', step: restarting, stdout: 'token=run-7\nnats running\n' },
  ],
  stop: [
    {
      name: 'one that runs',
      step: stop({ monitFiles }, instance),
      stdout: 'installed=yes\nnats running\n',
    },
    {
      name: 'one that is stopped',
      step: stop({ monitFiles }, instance),
      stdout: 'installed=yes\nnats stopped by operator\n',
    },
  ],
  removeInstance: [
    { name: 'one that is there', step: removeInstance({ monitFiles }, instance), stdout: 'there=yes\njob=nats\n' },
    { name: 'one that is gone', step: removeInstance({ monitFiles }, instance), stdout: '' },
  ],
};
