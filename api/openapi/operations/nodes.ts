import { z } from 'zod';
import { AdoptInput } from '../../routes/adopt.ts';
import { TrustInput } from '../../routes/hosts.ts';
import { configuration } from '../bodies/configuration.ts';
import { adopted, host, trusted } from '../bodies/hosts.ts';
import { preflightReport } from '../bodies/instances.ts';
import { json, type Operations } from '../operation.ts';
import { LOOKING, PREVIEWING } from './shared.ts';

export const NODE_OPERATIONS: Operations = {
  'GET /preflight': {
    id: 'getPreflight',
    tag: 'Nodes',
    summary: 'What would stop or slow a deploy',
    answers: { 200: { description: 'What was found.', content: json(preflightReport) } },
    problems: ['ConfigMissing', ...PREVIEWING],
  },
  'POST /preflight': {
    id: 'postPreflight',
    tag: 'Nodes',
    summary: 'The same for another configuration',
    description: 'Stores nothing.',
    body: { isRequired: true, content: { 'application/json': configuration } },
    answers: { 200: { description: 'What was found.', content: json(preflightReport) } },
    problems: PREVIEWING,
  },
  'GET /hosts': {
    id: 'getHosts',
    tag: 'Nodes',
    summary: 'The SSH host keys that the engine knows',
    answers: { 200: { description: 'All of them.', content: json(z.array(host)) } },
  },
  'POST /hosts/:ip/trust': {
    id: 'trustHost',
    tag: 'Nodes',
    summary: 'Accept another host key',
    description: 'The named one, or the one that the machine shows now.',
    body: { isRequired: false, content: { 'application/json': TrustInput } },
    answers: { 200: { description: 'It is trusted.', content: json(trusted) } },
    problems: ['NodeUnreachable', ...LOOKING],
  },
  'POST /hosts/adopt': {
    id: 'adoptHosts',
    tag: 'Nodes',
    summary: 'Take nodes over from an engine that is gone for good',
    description: 'Without `hosts`: all nodes of the newest configuration.',
    body: { isRequired: false, content: { 'application/json': AdoptInput } },
    answers: { 200: { description: 'What becomes of each.', content: json(adopted) } },
    problems: [
      'ConfigMissing',
      'RunInProgress',
      'DuplicateController',
      'UnknownInstances',
      'NetworkDown',
      'AuthenticationFailed',
      'HostKeyMismatch',
      'NodeProtocolError',
      'CommandFailed',
      ...LOOKING,
    ],
  },
};
