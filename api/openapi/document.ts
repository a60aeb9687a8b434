import type { Scope } from '../../domain/access/scopes.ts';
import { type RouteRow, ROUTES } from '../routes/route-table.ts';
import { HEADERS } from './headers.ts';
import { type Answer, type Body, type Operation, TAGS } from './operation.ts';
import { OPERATIONS } from './operations/operations.ts';
import { codesByStatus, problemResponse } from './problems.ts';
import { type Json, namedSchemas, schemaOf } from './schemas.ts';

/** OpenAPI 3.1. */
export interface ApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly Json[];
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
  readonly components: Readonly<Record<'schemas' | 'headers' | 'securitySchemes', Json>>;
}

export interface DescribedOperation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly security: readonly Json[];
  readonly parameters?: readonly Json[];
  readonly requestBody?: Json;
  readonly responses: Readonly<Record<string, DescribedResponse>>;
}

export interface DescribedResponse {
  readonly description: string;
  readonly headers?: Json;
  readonly content?: Readonly<Record<string, { readonly schema: Json }>>;
}

const DESCRIPTION = `Deploys Cloud Foundry over SSH; every deploy, restart and stop is a durable run.

Bodies are read as JSON whatever \`Content-Type\` says, also with GET: each parameter of a query may come as a key of a JSON body instead, in one of the two. Keys may be in any case: \`name\` and \`Comp\`, \`ip\`, \`Ip\` and \`IP\` mean the same; both spellings of one key are refused. Numbers may come as strings and the reverse. A key that nobody knows is refused, with the nearest known one.

Every error is a problem document with a stable \`code\`; texts follow \`Accept-Language\` (\`en\`, \`zh\`). A method that a path does not take is answered with 405, code \`MethodNotAllowed\`, and \`Allow\`; OPTIONS with 204 and \`Allow\`; HEAD as GET without a body, where GET only looks. An unknown path: 404, code \`RouteNotFound\`. 500 with \`InternalError\` is a fault of the engine.

\`security\` names the scope that a token needs: \`viewer\`, \`operator\` or \`admin\`; on a loopback listener no token is asked by default. A request of a foreign web page is refused.`;

/** Every route of the table, described. Throws for a route that nobody describes. */
export function apiDocument(version: string): ApiDocument {
  return {
    openapi: '3.1.1',
    info: { title: 'Deployment Engine', version, description: DESCRIPTION },
    servers: [{ url: '/' }],
    tags: TAGS.map((name) => ({ name })),
    paths: pathsOf(ROUTES),
    components: {
      schemas: namedSchemas(),
      headers: Object.fromEntries(
        Object.entries(HEADERS).map(([name, description]) => [name, { description, schema: { type: 'string' } }]),
      ),
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: '`./DeploymentEngineServer token create` makes one.' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'deployment_engine_session',
          description: 'Of a browser: `POST /session` opens it. Over TLS its name begins with `__Host-`.',
        },
      },
    },
  };
}

/** The methods of a row that takes any. */
const ANY = ['POST', 'PUT', 'PATCH', 'DELETE'];

function pathsOf(routes: readonly RouteRow[]): ApiDocument['paths'] {
  const paths: Record<string, Record<string, DescribedOperation>> = {};
  for (const row of routes) {
    const key = `${row.method} ${row.described ?? String(row.path)}`;
    const operation = OPERATIONS[key];
    if (operation === undefined)
      throw new Error(`${key} is not described: it needs an entry in api/openapi/operations`);
    const methods = row.method === '*' ? ANY : [row.method];
    const path = (paths[templateOf(row)] ??= {});
    for (const method of methods)
      path[method.toLowerCase()] ??= described(operation, row, methods.length === 1 ? '' : method);
  }
  return paths;
}

/** `/runs/:run` -> `/runs/{run}` */
const templateOf = ({ path, described: spelled }: RouteRow): string =>
  (spelled ?? String(path)).replaceAll(/:(\w+)/g, '{$1}').replace('{/*rest}', '/{rest}');

function described(operation: Operation, row: RouteRow, suffix: string): DescribedOperation {
  const { id, tag, summary, description, body } = operation;
  const parameters = [
    ...pathParameters(templateOf(row)),
    ...Object.entries(operation.query ?? {}).map(([name, each]) => ({
      name,
      in: 'query',
      description: each.description,
      schema: schemaOf(each.schema),
    })),
    ...Object.entries(operation.headers ?? {}).map(([name, said]) => ({
      name,
      in: 'header',
      description: said,
      schema: { type: 'string' },
    })),
  ];
  return {
    operationId: id + suffix,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    security: securityOf(row.scope),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: requestBody(body) }),
    responses: responsesOf(operation, row),
  };
}

const PATH_PARAMETERS: Readonly<Record<string, Json>> = {
  run: { description: 'Number of a run.', schema: { type: 'integer', minimum: 1 } },
  ip: {
    description: 'Address of a node.',
    schema: { type: 'string', anyOf: [{ format: 'ipv4' }, { format: 'ipv6' }] },
  },
};

const pathParameters = (template: string): readonly Json[] =>
  [...template.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    ...(PATH_PARAMETERS[name] ?? { schema: { type: 'string' } }),
  }));

const securityOf = (scope: Scope | 'anyone'): readonly Json[] =>
  scope === 'anyone' ? [] : [{ token: [scope] }, { session: [scope] }];

const requestBody = ({ isRequired, content }: Body): Json => ({ required: isRequired, content: contentOf(content) });

const contentOf = (content: Answer['content'] = {}): Readonly<Record<string, { readonly schema: Json }>> =>
  Object.fromEntries(Object.entries(content).map(([type, schema]) => [type, { schema: schemaOf(schema) }]));

function responsesOf(operation: Operation, { scope, method }: RouteRow): DescribedOperation['responses'] {
  const { answers, problems = [], isForeign = false } = operation;
  const codes = codesByStatus(problems, { scope, isForeign });
  const responses: Record<string, DescribedResponse> = {};
  for (const [status, own] of codes) {
    const { headers, ...response } = problemResponse(status, own, method === 'GET');
    responses[status] = { ...response, ...headersOf({ headers }) };
  }
  for (const [status, { description, content, headers = [], maybe = [] }] of Object.entries(answers)) {
    const other = responses[status];
    responses[status] = {
      description: other === undefined ? description : `${other.description} ${description}`,
      ...headersOf({ headers, maybe }),
      ...(content === undefined ? {} : { content: { ...other?.content, ...contentOf(content) } }),
    };
  }
  return isForeign ? { ...responses, default: { description: 'As the Temporal Web UI answers.' } } : responses;
}

function headersOf({
  headers = [],
  maybe = [],
}: Pick<Answer, 'headers' | 'maybe'>): Pick<DescribedResponse, 'headers'> {
  const all = [
    ...headers.map((name) => [name, { ...reference(name), required: true }] as const),
    ...maybe.map((name) => [name, { $ref: `#/components/headers/${name}` }] as const),
  ];
  return all.length === 0 ? {} : { headers: Object.fromEntries(all) };
}

const reference = (name: keyof typeof HEADERS): Json => ({ description: HEADERS[name], schema: { type: 'string' } });
