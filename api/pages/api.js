// Shows what every route takes and answers, from the description that the gateway serves.

import { say, sayPage } from './words.js';

const METHODS = ['get', 'put', 'post', 'delete', 'patch'];

/** An element with children: elements, texts, and `code` in backticks. */
function element(name, ...children) {
  const made = document.createElement(name);
  for (const child of children) made.append(...(typeof child === 'string' ? withCode(child) : [child]));
  return made;
}

const withCode = (text) =>
  text.split('`').map((part, at) => {
    if (at % 2 === 0) return part;
    const code = document.createElement('code');
    code.textContent = part;
    return code;
  });

const nameOf = (reference) => reference.split('/').at(-1);

function typeOf(schema = {}) {
  if (schema.$ref !== undefined) return link(nameOf(schema.$ref));
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return joined(choices.map(typeOf), ' | ');
  if (schema.allOf !== undefined) return typeOf(schema.allOf[0]);
  if (schema.enum !== undefined) return element('span', schema.enum.map((each) => JSON.stringify(each)).join(' | '));
  if (schema.type === 'array') return element('span', typeOf(schema.items), '[]');
  if (schema.properties !== undefined) return element('span', `{ ${Object.keys(schema.properties).join(', ')} }`);
  return element('span', schema.format ?? [schema.type ?? 'any'].flat().join(' | '));
}

function joined(elements, by) {
  const whole = document.createElement('span');
  elements.forEach((each, at) => whole.append(...(at === 0 ? [each] : [by, each])));
  return whole;
}

function link(name) {
  const to = element('a', name);
  to.href = `#${name}`;
  return to;
}

function table(heading, rows) {
  if (rows.length === 0) return [];
  const body = element('tbody');
  for (const cells of rows) body.append(element('tr', ...cells.map((cell) => element('td', cell))));
  return [element('h4', heading), element('table', body)];
}

function shownOperation(method, path, operation) {
  const { summary, description, security, parameters = [], requestBody, responses } = operation;
  const scope = security[0]?.token[0];
  const body = Object.entries(requestBody?.content ?? {});
  const place = element('code', `${method.toUpperCase()} ${path}`);
  return element(
    'details',
    element('summary', place, ' ', summary),
    element('p', scope === undefined ? say('No token is needed.') : say('Needs the scope {scope}.', { scope })),
    ...(description === undefined ? [] : [element('p', description)]),
    ...table(
      say('Parameters'),
      parameters.map((each) => [`\`${each.name}\``, each.in, typeOf(each.schema), each.description ?? '']),
    ),
    ...table(
      say('Body'),
      body.map(([type, { schema }]) => [type, typeOf(schema)]),
    ),
    ...table(
      say('Answers'),
      Object.entries(responses).map(([status, response]) => {
        const types = Object.entries(response.content ?? {}).map(([type, { schema }]) =>
          element('span', `${type}: `, typeOf(schema)),
        );
        return [status, response.description, joined(types, ', '), Object.keys(response.headers ?? {}).join(', ')];
      }),
    ),
  );
}

function shownShape(name, schema) {
  const fields = Object.entries(schema.properties ?? {}).map(([key, value]) => [
    `\`${key}\`${(schema.required ?? []).includes(key) ? '' : '?'}`,
    typeOf(value),
    value.description ?? '',
  ]);
  const whole = element(
    'details',
    element('summary', element('code', name), ' ', schema.description ?? ''),
    ...(fields.length === 0 ? [element('p', typeOf(schema))] : table(say('Fields'), fields)),
  );
  whole.id = name;
  return whole;
}

async function show() {
  const answer = await fetch('/deployment-engine/openapi.json', { headers: { accept: 'application/json' } });
  // The session is over: the same place asks for a token.
  if (answer.status === 401) return location.reload();
  const { info, tags, paths, components } = await answer.json();
  document.getElementById('about').append(...info.description.split('\n\n').map((each) => element('p', each)));
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    METHODS.filter((method) => methods[method] !== undefined).map((method) => ({ method, path, own: methods[method] })),
  );
  for (const { name } of tags)
    document
      .getElementById('operations')
      .append(
        element('h2', name),
        ...operations
          .filter(({ own }) => own.tags.includes(name))
          .map(({ method, path, own }) => shownOperation(method, path, own)),
      );
  const shapes = Object.entries(components.schemas).map(([name, schema]) => shownShape(name, schema));
  document.getElementById('shapes').append(...shapes);
}

/** Whoever follows a link to a shape sees it. */
function openTarget() {
  const target = document.getElementById(location.hash.slice(1));
  if (target instanceof HTMLDetailsElement) target.open = true;
}

sayPage();
void show().then(openTarget);
addEventListener('hashchange', openTarget);
