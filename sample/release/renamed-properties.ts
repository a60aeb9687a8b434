/**
 * How a variant names a property or a whole section: another name, a fixed value, or null where no job has it.
 */
export type NewNames = Readonly<Record<string, string | { readonly always: string | number } | null>>;

/** A job's spec with its properties under their new names, without fixed ones and those without a name. */
export function renamedSpec(spec: Readonly<Record<string, unknown>>, names: NewNames): Record<string, unknown> {
  const { properties } = spec;
  if (typeof properties !== 'object' || properties === null) return { ...spec };
  const renamed = Object.entries(properties).flatMap(([name, about]) => {
    const other = newName(name, names);
    return typeof other === 'string' ? [[other, about] as const] : [];
  });
  return { ...spec, properties: Object.fromEntries(renamed) };
}

/** A template that asks for them under their new names. */
export function renamedText(text: string, names: NewNames): string {
  const fixed = text.replaceAll(/\bp\('([^']+)'\)/g, (lookup, name: string) => {
    const other = newName(name, names);
    return typeof other === 'object' && other !== null ? JSON.stringify(other.always) : lookup;
  });
  return fixed.replaceAll(/'([\w.]+)'/g, (quoted, name: string) => {
    const other = newName(name, names);
    return typeof other === 'string' ? `'${other}'` : quoted;
  });
}

function newName(name: string, names: NewNames): NewNames[string] {
  const found = Object.keys(names).find((old) => name === old || name.startsWith(`${old}.`));
  if (found === undefined) return name;
  const other = names[found] ?? null;
  return typeof other === 'string' ? other + name.slice(found.length) : other;
}
