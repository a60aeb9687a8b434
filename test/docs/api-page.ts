import type { ApiDocument, DescribedOperation, DescribedResponse } from '../../api/openapi/document.ts';

type Schema = Readonly<Record<string, unknown>>;

const INTRODUCTION = `# The API

Made from \`/deployment-engine/openapi.json\`; \`npx vitest run --project unit test/docs/api.test.ts -u\` writes it anew. A running engine shows the same at \`/deployment-engine/api.html\`, and generators of clients
read \`openapi.json\`. [errors.md](errors.md) says what each code means and what helps.`;

/** `docs/api.md`. */
export function apiPage({ info, tags, paths, components }: ApiDocument): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, own]) => ({ place: `${method.toUpperCase()} ${path}`, own })),
  );
  const common = commonOf(operations.map(({ own }) => own));
  return [
    INTRODUCTION,
    info.description,
    '## What every route may answer',
    table(
      ['Status', 'Codes'],
      [...common].map(([status, codes]) => [status, said(codes)]),
    ),
    'They are left out below. Routes of `anyone` ask for no token.',
    ...tags
      .filter(({ name }) => name !== 'Pages')
      .flatMap(({ name }) => [
        `## ${name}`,
        ...operations
          .filter(({ own }) => own.tags.includes(name))
          .flatMap(({ place, own }) => shownOperation(place, own, common)),
      ]),
    '## Shapes',
    ...Object.entries(components.schemas).flatMap(([name, schema]) => shownShape(name, schema as Schema)),
  ].join('\n\n');
}

/** Statuses that nearly every route has, with the codes that come of how a request is sent. */
const commonOf = (all: readonly DescribedOperation[]): ReadonlyMap<string, readonly string[]> =>
  new Map(
    ['400', '401', '403', '408', '413', '429', '431'].map((status) => {
      const lists = all.flatMap(({ responses }) => {
        const codes = codesOf(responses[status]);
        return codes.length === 0 ? [] : [codes];
      });
      const [first = []] = lists.toSorted((a, b) => a.length - b.length);
      return [status, status === '403' ? ['ForeignOrigin', 'Forbidden'] : first];
    }),
  );

function codesOf(response: DescribedResponse | undefined): readonly string[] {
  const schema = response?.content?.['application/problem+json']?.schema as { allOf?: readonly Schema[] } | undefined;
  const code = (schema?.allOf?.[1]?.['properties'] as { code?: { enum?: readonly string[] } } | undefined)?.code;
  return code?.enum ?? [];
}

function shownOperation(
  place: string,
  { summary, description, security, parameters = [], requestBody, responses }: DescribedOperation,
  common: ReadonlyMap<string, readonly string[]>,
): string[] {
  const scope = (security[0]?.['token'] as readonly string[] | undefined)?.[0] ?? 'anyone';
  const body = Object.entries((requestBody?.['content'] ?? {}) as Record<string, { schema: Schema }>);
  const answers = Object.entries(responses).flatMap(([status, response]) => {
    const own = codesOf(response).filter((code) => !(common.get(status) ?? []).includes(code));
    const shapes = Object.entries(response.content ?? {}).filter(([type]) => type !== 'application/problem+json');
    const isCommon = own.length === 0 && common.has(status) && codesOf(response).length > 0;
    if (isCommon) return [];
    const types = shapes.map(([type, { schema }]) => `${type}: ${typeOf(schema)}`);
    const headers = Object.keys(response.headers ?? {}).map((name) => `\`${name}\``);
    return [[status, own.length > 0 ? said(own) : response.description, types.join(', '), headers.join(', ')]];
  });
  return [
    `### \`${place}\``,
    `${summary}. Scope: \`${scope}\`.${description === undefined ? '' : ` ${description}`}`,
    ...(parameters.length === 0
      ? []
      : [
          table(
            ['Parameter', 'In', 'Type', 'Meaning'],
            parameters.map((each) => [
              `\`${String(each['name'])}\``,
              String(each['in']),
              typeOf(each['schema'] as Schema),
              meaningOf(each),
            ]),
          ),
        ]),
    ...(body.length === 0
      ? []
      : [`Body: ${body.map(([type, { schema }]) => `${type}, ${typeOf(schema)}`).join('; ')}.`]),
    table(['Status', 'Answer', 'Shape', 'Headers'], answers),
  ];
}

function shownShape(name: string, schema: Schema): string[] {
  const fields = Object.entries((schema['properties'] ?? {}) as Record<string, Schema>);
  const required = (schema['required'] ?? []) as readonly string[];
  return [
    `### ${name}`,
    meaningOf(schema),
    ...(fields.length === 0
      ? []
      : [
          table(
            ['Field', 'Type', 'Meaning'],
            fields.map(([key, value]) => [
              `\`${key}\`${required.includes(key) ? '' : ' (may be absent)'}`,
              typeOf(value),
              meaningOf(value),
            ]),
          ),
        ]),
  ];
}

function typeOf(schema: Schema = {}): string {
  const { $ref, anyOf, allOf, type, items, properties, format } = schema as {
    $ref?: string;
    anyOf?: readonly Schema[];
    allOf?: readonly Schema[];
    type?: string | readonly string[];
    items?: Schema;
    properties?: object;
    format?: string;
  };
  if ($ref !== undefined) return linkTo($ref.split('/').at(-1) ?? '');
  if (anyOf !== undefined) return anyOf.map(typeOf).join(' or ');
  if (allOf !== undefined) return typeOf(allOf[0]);
  if (Array.isArray(schema['enum'])) return schema['enum'].map((each) => `\`${JSON.stringify(each)}\``).join(', ');
  if (type === 'array') return `list of ${typeOf(items)}`;
  if (properties !== undefined) return `object of ${said(Object.keys(properties))}`;
  return format ?? [type ?? 'any'].flat().join(' or ');
}

const linkTo = (name: string): string => `[${name}](#${name.toLowerCase()})`;

const said = (words: readonly string[]): string => words.map((word) => `\`${word}\``).join(', ');

const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => '---'), ...rows].map((row) => `| ${row.map(inCell).join(' | ')} |`).join('\n');

const inCell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const meaningOf = ({ description }: Schema): string => (typeof description === 'string' ? description : '');
