import { z } from 'zod';
import { hardwareRow, operated, operating, statusRow } from '../bodies/instances.ts';
import { json, type Operation, type Operations } from '../operation.ts';
import { ASKING_PAGE, LOOKING, OPERATED, operatedBody, OPERATING, SELECTION } from './shared.ts';

const OPERATE = {
  tag: 'Instances',
  query: OPERATED,
  answers: {
    200: { description: 'It is done.', content: json(operated) },
    202: { description: '`wait` ran out; the run goes on.', content: json(operating), maybe: ['Location'] },
  },
  problems: OPERATING,
} as const satisfies Partial<Operation>;

const ASKED = {
  ...OPERATE.answers,
  200: {
    description: 'It is done. For a browser: a page that asks first.',
    content: { ...json(operated), ...ASKING_PAGE },
  },
} as const;

const body = { isRequired: false, content: { 'application/json': operatedBody } } as const;

const RESTART = 'A component, a node, one instance, or all. A stopped instance is started.';
const STOP = 'A component, a node, one instance, or all. It stays stopped until a restart or a deploy.';

export const INSTANCE_OPERATIONS: Operations = {
  'GET /status': {
    id: 'getStatus',
    tag: 'Instances',
    summary: 'What every instance does',
    description: 'What was seen last, a few seconds ago; asks no node.',
    answers: { 200: { description: 'A row per instance.', content: json(z.array(statusRow)) } },
    problems: ['ConfigMissing'],
  },
  'GET /restart': { ...OPERATE, answers: ASKED, id: 'restart', summary: 'Restart instances', description: RESTART },
  'PUT /restart': { ...OPERATE, body, id: 'putRestart', summary: 'Restart instances', description: RESTART },
  'POST /restart': { ...OPERATE, body, id: 'restartFromPage', summary: 'The same as GET, for pages' },
  'GET /stop': { ...OPERATE, answers: ASKED, id: 'stop', summary: 'Stop instances', description: STOP },
  'PUT /stop': { ...OPERATE, body, id: 'putStop', summary: 'Stop instances', description: STOP },
  'POST /stop': { ...OPERATE, body, id: 'stopFromPage', summary: 'The same as GET, for pages' },
  'GET /hardware': {
    id: 'getHardware',
    tag: 'Instances',
    summary: 'What the machines have',
    query: SELECTION,
    answers: {
      200: {
        description: 'One row for one instance; otherwise a list.',
        content: json(z.union([hardwareRow, z.array(hardwareRow)])),
      },
    },
    problems: ['ConfigMissing', ...LOOKING],
  },
};
