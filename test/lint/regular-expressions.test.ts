import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Node, parseSync, Visitor } from 'oxc-parser';
import { analyse } from 'scslre';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const FOLDERS = 'activities,api,cli,domain,mirror,release,server,ssh,store,worker,workflows';

interface Expression {
  readonly source: string;
  readonly flags: string;
  /** `api/guard.ts:12`. */
  readonly place: string;
}

/** Literals, and what is made of texts; what stands in them for something else counts as one letter. */
function expressionsIn(file: string, text: string): Expression[] {
  const found: Expression[] = [];
  const texts = new Map<string, string>();
  const add = (source: string, flags: string, start: number): void => {
    found.push({ source, flags, place: `${file}:${text.slice(0, start).split('\n').length}` });
  };
  const textOf = (node: Node | undefined): string | undefined => {
    if (node?.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined;
    if (node?.type === 'Identifier') return texts.get(node.name);
    const isRaw = node?.type === 'TaggedTemplateExpression';
    const template = isRaw ? node.quasi : node;
    if (template?.type !== 'TemplateLiteral') return undefined;
    return template.quasis
      .map(({ value }, index) => {
        const inserted = template.expressions[index];
        return `${(isRaw ? value.raw : value.cooked) ?? ''}${inserted === undefined ? '' : (textOf(inserted) ?? 'x')}`;
      })
      .join('');
  };
  new Visitor({
    VariableDeclarator: ({ id, init }) => {
      const value = textOf(init ?? undefined);
      if (id.type === 'Identifier' && value !== undefined) texts.set(id.name, value);
    },
    Literal: (node) => {
      if ('regex' in node) add(node.regex.pattern, node.regex.flags, node.start);
    },
    NewExpression: ({ callee, arguments: [pattern, flags], start }) => {
      if (callee.type !== 'Identifier' || callee.name !== 'RegExp') return;
      const source = textOf(pattern);
      if (source !== undefined) add(source, textOf(flags) ?? '', start);
    },
  }).visit(parseSync(file, text).program);
  return found;
}

/** Ways in which the time to match grows faster than the text. */
const superLinear = (expressions: readonly Expression[]): string[] =>
  expressions.flatMap(({ source, flags, place }) =>
    analyse({ source, flags }).reports.map(({ type }) => `${place}: /${source}/${flags} (${type})`),
  );

describe('regular expressions', () => {
  it('take a time that grows with the text, whatever it is', () => {
    const files = globSync(`{${FOLDERS}}/**/*.ts`, { cwd: ROOT });
    const expressions = files.flatMap((file) => expressionsIn(file, readFileSync(join(ROOT, file), 'utf8')));
    expect(expressions.length).toBeGreaterThan(150);
    expect(superLinear(expressions)).toEqual([]);
  });

  it.each([
    ['a quantifier in a quantifier', String.raw`/^(?:\s*"?\s*)*\{/`],
    ['two that share letters', String.raw`/^\s*"?\s*\w/`],
    ['one that every place of the text is a beginning for', String.raw`/\/+$/`],
    ['one made of a text', "const DIGITS = '[0-9]+'; new RegExp(`^(?:${DIGITS})+$`, 'm')"],
  ])('are known by %s', (_case, code) => {
    expect(superLinear(expressionsIn('it.ts', `export const found = [];\n${code}`))).not.toEqual([]);
  });
});
