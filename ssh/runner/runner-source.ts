import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../../node/runner');
const PARTS = [
  'position',
  'unwritable',
  'ledger',
  'session',
  'job',
  'fence',
  'start',
  'supervise',
  'follow',
  'list',
  'stop',
  'install',
  'leave',
  'main',
];

const part = (name: string): string => readFileSync(join(FOLDER, `${name}.sh`), 'utf8').trimEnd();

/** The runner as it is written on a node: one file, made from the parts in `node/runner/`. */
export const RUNNER_SOURCE = ['#!/bin/sh', ...PARTS.map(part)].join('\n\n');

/** Digest of the file on the node, which ends with a line end. */
export const RUNNER_DIGEST = createHash('sha256').update(`${RUNNER_SOURCE}\n`).digest('hex');

/** Its name on the node. */
export const RUNNER_FILE = `runner-${RUNNER_DIGEST.slice(0, 16)}.sh`;

/** The part that prints a node's state, for reads. */
export const POSITION_SOURCE = part('position');
