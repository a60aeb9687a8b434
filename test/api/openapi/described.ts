import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import {
  apiDocument,
  type ApiDocument,
  type DescribedOperation,
  type DescribedResponse,
} from '../../../api/openapi/document.ts';

import { ROUTES } from '../../../api/routes/route-table.ts';

/** What a gateway has answered. */
export interface Answered {
  readonly method: string;
  /** With its query, which does not count. */
  readonly path: string;
  readonly status: number;
  readonly headers: Pick<Headers, 'get'>;
  readonly text: string;
}

export const DOCUMENT: ApiDocument = apiDocument('0.0.0');

// Those of which a client should know that they come.
const TOLD = ['etag', 'location', 'retry-after', 'link', 'content-range', 'accept-ranges', 'www-authenticate'];

/** How an answer differs from what the document says about it; nothing is said of paths that it does not have. */
export function undescribedIn(answered: Answered): string[] {
  const { method, status } = answered;
  const path = documentedPath(answered);
  if (path === undefined) return [];
  const operations = DOCUMENT.paths[path] ?? {};
  const as = method === 'HEAD' && status !== 405 ? 'get' : method.toLowerCase();
  const operation = operations[as];
  const place = `${method} ${path}: ${status}`;
  const faults = operation === undefined ? methodFaults(answered) : operationFaults(answered, operation);
  return faults.map((fault) => `${place}: ${fault}`);
}

// The narrowest path counts; Express takes any case, and a slash at the end.
const PATTERNS = Object.keys(DOCUMENT.paths)
  .toSorted((a, b) => b.length - a.length)
  .map((path) => {
    // The document spells what the table has as a pattern.
    const row = ROUTES.find(({ described }) => described?.replaceAll(/:(\w+)/g, '{$1}') === path);
    if (row?.path instanceof RegExp) return [path, row.path] as const;
    const pattern = path
      .replaceAll(/[.]/g, '\\.')
      .replace('/{rest}', '(?:/.*)?')
      .replaceAll(/\{\w+\}/g, '[^/]+');
    return [path, new RegExp(`^${pattern}/?$`, 'i')] as const;
  });

/** The path of the document that a request meant. */
export const documentedPath = ({ path }: Pick<Answered, 'path'>): string | undefined => {
  const [sent = ''] = path.split('?');
  return PATTERNS.find(([, pattern]) => pattern.test(sent))?.[0];
};

/** What the path does not take; the gate and the guard come first. */
function methodFaults({ method, status, headers, text }: Answered): string[] {
  if (method === 'OPTIONS' && status === 204) return [];
  const codes: Readonly<Record<number, readonly string[]>> = {
    400: ['InvalidRequest'],
    401: ['Unauthorized'],
    403: ['Forbidden', 'ForeignOrigin'],
    404: ['RouteNotFound'],
    405: ['MethodNotAllowed'],
    413: ['BodyTooLarge'],
    429: ['TooManyRequests'],
  };
  const known = codes[status];
  if (known === undefined) return ['a method that is not described is answered otherwise than with 405'];
  if (status === 405 && headers.get('allow') === null) return ['does not have Allow'];
  return method === 'HEAD'
    ? []
    : bodyFaults(text, { allOf: [{ $ref: PROBLEM }, { properties: { code: { enum: known } } }] });
}

const PROBLEM = '#/components/schemas/Problem';

function operationFaults(answered: Answered, { responses }: DescribedOperation): string[] {
  const response = responses[answered.status];
  if (response === undefined)
    return responses['default'] === undefined ? [`is not described: ${shown(answered.text)}`] : [];
  return [...headerFaults(answered, response), ...contentFaults(answered, response)];
}

function headerFaults({ headers }: Answered, { headers: described = {} }: DescribedResponse): string[] {
  const names = Object.entries(described);
  const required = names.filter(([, header]) => (header as { required?: boolean }).required === true);
  return [
    ...required.flatMap(([name]) => (headers.get(name) === null ? [`does not have ${name}`] : [])),
    ...TOLD.filter((name) => headers.get(name) !== null && !names.some(([known]) => known.toLowerCase() === name)).map(
      (name) => `has ${name}, which is not described`,
    ),
  ];
}

function contentFaults({ method, headers, text }: Answered, { content }: DescribedResponse): string[] {
  if (method === 'HEAD') return [];
  const [type = ''] = (headers.get('content-type') ?? '').split(';');
  if (content === undefined) return text === '' ? [] : [`has a body, which is not described: ${shown(text)}`];
  const described = content[type];
  if (described === undefined) return [`has the type ${type}, which is not described: ${shown(text)}`];
  if (!/json/.test(type) && described.schema['type'] === 'string') return [];
  return bodyFaults(text, described.schema);
}

const ajv = formats.default(new Ajv2020({ strict: false, allErrors: true }));
const judges = new Map<string, ValidateFunction>();

function bodyFaults(text: string, schema: object): string[] {
  const name = JSON.stringify(schema);
  const judge = judges.get(name) ?? ajv.compile({ ...schema, components: DOCUMENT.components });
  judges.set(name, judge);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return [`is no JSON: ${shown(text)}`];
  }
  if (judge(body)) return [];
  const errors = (judge.errors ?? []).map(
    ({ instancePath, message = '', params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
  return [`${errors.slice(0, 10).join('; ')}: ${shown(text)}`];
}

const shown = (text: string): string => text.slice(0, 400);
