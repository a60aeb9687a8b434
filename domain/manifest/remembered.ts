/**
 * Makes something of an object once and gives the same again for as long as the object lives; the object must not change. For what
 * thousands of instances ask of one list.
 */
export function remembered<Source extends object, Result>(
  make: (source: Source) => Result,
): (source: Source) => Result {
  const known = new WeakMap<Source, { readonly result: Result }>();
  return (source) => {
    const entry = known.get(source) ?? { result: make(source) };
    known.set(source, entry);
    return entry.result;
  };
}
