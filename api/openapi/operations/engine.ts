import { z } from 'zod';
import { ActivationInput } from '../../routes/activation.ts';
import { LoginInput } from '../../routes/session.ts';
import { activation, alive, credentials, health, session } from '../bodies/engine.ts';
import { json, type Operation, type Operations } from '../operation.ts';
import { ASKING_PAGE, html } from './shared.ts';

const HEALTH = json(z.union([health, alive]));

const CREDENTIALS = {
  tag: 'Engine',
  description: 'local.log records that it was shown.',
  problems: ['ConfigMissing', 'StoreUnwritable'],
} as const satisfies Partial<Operation>;

export const ENGINE_OPERATIONS: Operations = {
  'GET /health': {
    id: 'getHealth',
    tag: 'Engine',
    summary: 'Whether the engine can work',
    description: 'Callers without a token learn the state alone.',
    answers: {
      200: { description: 'Store, Temporal and a worker answer.', content: HEALTH },
      503: { description: 'One of them does not.', content: HEALTH },
    },
  },
  'GET /activation': {
    id: 'getActivation',
    tag: 'Engine',
    summary: 'Serials: used and left',
    answers: { 200: { description: 'The serial of the next deploy, and all others.', content: json(activation) } },
  },
  'POST /activation': {
    id: 'activate',
    tag: 'Engine',
    summary: 'Activate with a serial',
    body: { isRequired: true, content: { 'application/json': ActivationInput } },
    answers: { 200: { description: 'It is activated.', content: json(activation) } },
    problems: ['NetworkDown', 'StoreUnwritable'],
  },
  'GET /credentials': {
    ...CREDENTIALS,
    id: 'getCredentials',
    summary: 'The generated Cloud Foundry admin',
    answers: { 200: { description: 'Name and password.', content: { ...json(credentials), ...ASKING_PAGE } } },
  },
  'POST /credentials': {
    ...CREDENTIALS,
    id: 'getCredentialsFromPage',
    summary: 'The same as GET, for pages',
    answers: { 200: { description: 'Name and password.', content: json(credentials) } },
  },
  'GET /openapi.json': {
    id: 'getDescription',
    tag: 'Engine',
    summary: 'This document',
    answers: { 200: { description: 'OpenAPI 3.1.', content: json(z.looseObject({ openapi: z.string() })) } },
  },
};

const COOKIE = ['Set-Cookie'] as const;

export const CALLER_OPERATIONS: Operations = {
  'POST /session': {
    id: 'openSession',
    tag: 'Callers',
    summary: 'Open the session of a browser with a token',
    description: 'The token of the body, or of `Authorization: Bearer`. Lasts 12 hours, or as long as the token.',
    body: {
      isRequired: false,
      content: { 'application/json': LoginInput, 'application/x-www-form-urlencoded': LoginInput },
    },
    answers: {
      201: { description: 'It is open.', content: json(session), headers: COOKIE },
      303: { description: 'For a form: go on to the page that was asked for.', headers: ['Location', ...COOKIE] },
      401: { description: 'For a form: it asks again.', content: { 'text/html': html }, headers: ['WWW-Authenticate'] },
      429: { description: 'For a form: it asks again.', content: { 'text/html': html }, headers: ['Retry-After'] },
    },
    problems: ['Unauthorized', 'TooManyRequests', 'StoreUnwritable'],
  },
  'GET /session': {
    id: 'getSession',
    tag: 'Callers',
    summary: 'Who the caller is',
    answers: { 200: { description: 'Name and scope.', content: json(session) } },
  },
  'DELETE /session': {
    id: 'closeSession',
    tag: 'Callers',
    summary: 'End the session of a browser',
    answers: { 204: { description: 'It is over, or was none.', headers: COOKIE } },
    problems: ['StoreUnwritable'],
  },
};
