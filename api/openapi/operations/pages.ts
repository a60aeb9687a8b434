import { z } from 'zod';
import type { Operation, Operations } from '../operation.ts';

const file = (id: string, type: string, summary: string): Operation => ({
  id,
  tag: 'Pages',
  summary,
  answers: { 200: { description: 'The file.', content: { [type]: z.string() } } },
});

const WEB_UI: Operation = {
  id: 'temporalUi',
  tag: 'Pages',
  summary: 'The Temporal Web UI',
  answers: { 502: { description: 'It is not running.', content: { 'text/plain': z.string() } } },
  isForeign: true,
};

/** With whole paths. */
export const PAGE_OPERATIONS: Operations = {
  'GET /': file('frontPage', 'text/html', 'The front page'),
  'GET /metrics': {
    id: 'getMetrics',
    tag: 'Engine',
    summary: 'What the engine does, for Prometheus',
    answers: { 200: { description: 'Its figures.', content: { 'text/plain': z.string() } } },
  },
  'GET /favicon.ico': {
    id: 'icon',
    tag: 'Pages',
    summary: 'There is no icon',
    answers: { 204: { description: 'Nothing.' } },
  },
  'GET /deployment-engine/index.js': file('frontPageScript', 'text/javascript', 'Script of the front page'),
  'GET /deployment-engine/api.html': file('apiPage', 'text/html', 'The page of this description'),
  'GET /deployment-engine/api.js': file('apiPageScript', 'text/javascript', 'Script of the page of this description'),
  'GET /deployment-engine/log.html': file('logPage', 'text/html', 'The page of the log'),
  'GET /deployment-engine/log.js': file('logPageScript', 'text/javascript', 'Script of the page of the log'),
  'GET /deployment-engine/words.js': file('pageWords', 'text/javascript', 'Words of the pages, in Chinese'),
  'GET /deployment-engine/pages.css': file('pageStyle', 'text/css', 'Style of the pages'),
  'POST /temporal/api/v1/namespaces/:namespace/workflows/:workflow/query/:query': {
    ...WEB_UI,
    id: 'temporalQuery',
    summary: 'A query of the Temporal Web UI, which changes nothing',
  },
  'GET /temporal{/*rest}': WEB_UI,
  '* /temporal{/*rest}': { ...WEB_UI, summary: 'What the Temporal Web UI changes' },
};
