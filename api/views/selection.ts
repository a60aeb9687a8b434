import { z } from 'zod';
import { type ComponentName, COMPONENTS } from '../../domain/components.ts';
import { InputError, type Problem } from '../../domain/errors.ts';
import { address } from '../../domain/schemas/address.ts';
import { canonicalKeys } from '../../domain/schemas/canonical-keys.ts';
import { ALIASES } from '../../domain/schemas/configuration-document.ts';
import { nearest } from '../../domain/schemas/nearest.ts';
import { plainWords } from '../../domain/schemas/plain-words.ts';
import { packed } from '../../domain/text/packed.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import { problemsIn } from '../http/request-input.ts';

/** Which instances a request is about. */
export type Selection =
  | { readonly kind: 'all' }
  | { readonly kind: 'component'; readonly component: ComponentName }
  | { readonly kind: 'node'; readonly address: string }
  | { readonly kind: 'instance'; readonly component: ComponentName; readonly address: string };

const ALL = 'all';
const EVERYWHERE = '0.0.0.0';

const aliases: Readonly<Record<string, string>> = ALIASES;
const isComponent = (name: string): name is ComponentName => (COMPONENTS as readonly string[]).includes(name);

const component = z
  .string({ error: packed(phrase('must be the name of a component, or {all}', { all: ALL })) })
  .transform((name) => (Object.hasOwn(aliases, name) ? (aliases[name] ?? name) : name))
  .transform((name, { addIssue }) => {
    if (name === ALL || isComponent(name)) return name;
    addIssue({
      code: 'custom',
      message: packed(
        phrase('no such component; did you mean {nearest}?', { nearest: nearest(name, [...COMPONENTS, ALL]) }),
      ),
    });
    return z.NEVER;
  });

const place = z.union([z.literal(EVERYWHERE), address], { error: 'must be an IPv4 or IPv6 address' });

/** Under its own keys; `Comp` stands for `name`, and any case will do. */
export const SelectionInput = z.object({ name: component.optional(), ip: place.optional() });

/**
 * Reads `{name, ip}` (or `Comp` and `Ip`, as in the API specification) and what else the route takes; throws `InvalidRequest`
 * with all problems at once.
 */
export function readSelection<Shape extends z.ZodRawShape>(
  input: unknown,
  shape: Shape,
): { readonly selection: Selection; readonly rest: z.output<z.ZodObject<Shape>> } {
  const keys = ['name', 'ip', ...Object.keys(shape)];
  const { value, problems } = canonicalKeys(input, { keys, aliases: { comp: 'name' } }, []);
  const words = SelectionInput.safeParse(value, { error: plainWords });
  const rest = z.object(shape).safeParse(value, { error: plainWords });
  const issues = [...(words.error?.issues ?? []), ...(rest.error?.issues ?? []).filter(({ path }) => path.length > 0)];
  const meaning = words.success ? meaningOf(words.data.name, words.data.ip) : undefined;
  const found = [...problems, ...problemsIn(issues)];
  // That it says nothing may come from a key that was misspelt.
  const isTelling = meaning !== undefined && 'pointer' in meaning && (found.length === 0 || meaning.pointer !== '');
  const all = isTelling ? [...found, meaning] : found;
  if (meaning === undefined || 'pointer' in meaning || !rest.success || all.length > 0)
    throw new InputError('InvalidRequest', all);
  return { selection: meaning, rest: rest.data };
}

/** Or what is wrong with it. */
function meaningOf(name: ComponentName | typeof ALL | undefined, ip: string | undefined): Selection | Problem {
  if (name === undefined && ip === undefined)
    return {
      pointer: '',
      message: phrase('says nothing: give a component as name, an address as ip, both, or {all} for everything', {
        all: ALL,
      }),
    };
  const isEverywhere = ip === undefined || ip === EVERYWHERE;
  if (isEverywhere && (name === undefined || name === ALL)) return { kind: 'all' };
  if (name === ALL)
    return {
      pointer: '/ip',
      message: phrase('{all} means the whole cluster: leave name out for everything on {ip}', {
        all: ALL,
        ip: ip ?? '',
      }),
    };
  if (name === undefined) return { kind: 'node', address: ip as string };
  if (ip === undefined) return { kind: 'component', component: name };
  if (isEverywhere)
    return {
      pointer: '/ip',
      message: phrase('{everywhere} goes with {all}: leave ip out for every {name}', {
        everywhere: EVERYWHERE,
        all: ALL,
        name,
      }),
    };
  return { kind: 'instance', component: name, address: ip };
}

type Placed = { readonly component: ComponentName; readonly address: string };

/** The selected instances; throws `InvalidRequest` when there are none. */
export function choose<Each extends Placed>(selection: Selection, instances: readonly Each[]): readonly Each[] {
  const chosen = instances.filter(
    (each) =>
      (!('component' in selection) || each.component === selection.component) &&
      (!('address' in selection) || each.address === selection.address),
  );
  if (chosen.length > 0) return chosen;
  throw noneOf(selection, instances);
}

function noneOf(selection: Selection, instances: readonly Placed[]): InputError {
  const addresses = [...new Set(instances.map((each) => each.address))];
  switch (selection.kind) {
    case 'all':
      return refused('', 'the cluster has no instances');
    case 'node':
      return refused(
        '/ip',
        meant(phrase('no component lives on {address}', { address: selection.address }), selection.address, addresses),
      );
    case 'component':
      return refused('/name', phrase('the cluster has no {component}', { component: selection.component }));
    case 'instance': {
      const its = instances.filter((each) => each.component === selection.component).map((each) => each.address);
      const where =
        its.length === 0 ? 'the cluster has none' : phrase('it lives on {addresses}', { addresses: its.slice(0, 10) });
      return refused(
        '/ip',
        phrase('there is no {component} on {address}: {where}', {
          component: selection.component,
          address: selection.address,
          where,
        }),
      );
    }
  }
}

const meant = (what: Text, sent: string, known: readonly string[]): Text =>
  known.length === 0 ? what : phrase('{what}; did you mean {nearest}?', { what, nearest: nearest(sent, known) });

const refused = (pointer: string, message: Text): InputError =>
  new InputError('InvalidRequest', [{ pointer, message }]);
