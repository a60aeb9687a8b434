import type { NodeAccess } from './connect/node-access.ts';
import type { NodeSession } from './node-session.ts';
import { openDialogue } from './runner/dialogue.ts';
import { follow, listJobs } from './runner/jobs.ts';
import { read, readFile } from './runner/read.ts';
import { askForJob, installRunner, leave, run } from './runner/run.ts';

const POLL_BYTES = 1024 * 1024;

/** A session on a node for one account. */
export const createNodeSession = (node: NodeAccess, account: string): NodeSession => ({
  address: node.address,
  account,
  read: (command, options) => read(node, command, options),
  openDialogue: (command) => openDialogue(node, command),
  installRunner: (claim) => installRunner(node, claim),
  leave: (fence) => leave(node, fence),
  run: (request) => run(node, request),
  jobs: (step) => listJobs(node, step),
  follow: (job, options) => follow(node, job, options),
  poll: (key, offset = 0, limit = POLL_BYTES) => askForJob(node, 'poll', { key, offset, limit }),
  stop: (key) => askForJob(node, 'stop', { key, offset: 0, limit: POLL_BYTES }),
  expectOwnPassword: () => node.expectOwnPassword(),
  readFile: (path) => readFile(node, path),
});
