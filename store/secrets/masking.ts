import { MASK } from '../../domain/secret.ts';
import { formsOf, SHORTEST_MASKED } from './mask-forms.ts';
import { isInPlace, type MaskPlace, PLACES, placeOfForm } from './mask-places.ts';
import { inSmallLetters, isCaseless, mayBeCaseless, type View, withoutColours, withoutWrapping } from './mask-views.ts';

/** Part of a text that contains secrets: [start, end). */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Knows every form of every secret. */
export interface Masker {
  /** For text from outside: the output of commands, messages of nodes. */
  mask(text: string): string;
  /** For the engine's own text: masks only what does not occur there by chance, so that its words stay. */
  maskOwn(text: string): string;
  /** All occurrences of secrets; overlapping ones are one span. */
  spans(text: string): readonly Span[];
  /** Length of the longest form in characters, at least 1. */
  readonly longest: number;
}

// A power of two: few enough to make a masker cheaply, many enough that most positions of a text hit an empty one.
const BUCKETS = 0x1000;

/** Finds secrets also across terminal colours and wrapped base64, and in any letter case where case says nothing. */
export function createMasker(secrets: Iterable<string>): Masker {
  const places = placesOf(secrets);
  const forms = [...places.keys()];
  const find = createFinder(forms);
  const findCaseless = createFinder([...new Set(forms.filter(isCaseless).map(inSmallLetters))]);

  const placeOf = (form: string): MaskPlace => places.get(form) ?? 'anywhere';
  const inPlace = (text: string): Span[] =>
    find(text, (form, start) => isInPlace(placeOf(form), text, { start, end: start + form.length }));
  const isAnywhere = (form: string): boolean => placeOf(form) === 'anywhere';
  const spans = (text: string): Span[] => {
    if (forms.length === 0) return [];
    const bare = withoutColours(text);
    const unwrapped = withoutWrapping(text);
    return joined([
      ...inPlace(text),
      ...(bare === undefined ? [] : inWhole(bare, inPlace(bare.text))),
      ...(unwrapped === undefined ? [] : inWhole(unwrapped, find(unwrapped.text, isAnywhere))),
      ...(mayBeCaseless(text) ? findCaseless(inSmallLetters(text), () => true) : []),
    ]);
  };

  return {
    spans,
    mask: (text) => cover(text, spans(text)),
    maskOwn: (text) => cover(text, forms.length === 0 ? [] : find(text, isAnywhere)),
    longest: Math.max(1, ...forms.map(({ length }) => length)),
  };
}

type Find = (text: string, isHidden: (form: string, start: number) => boolean) => Span[];

/** Looks forms up by a hash of their first four characters, so the time per line does not grow with their number. */
function createFinder(forms: readonly string[]): Find {
  const buckets = Array.from<string[] | undefined>({ length: BUCKETS });
  for (const form of forms.toSorted((one, other) => other.length - one.length))
    (buckets[hashAt(form, 0)] ??= []).push(form);

  return (text, isHidden) => {
    const found: Growing[] = [];
    for (let start = 0; start + SHORTEST_MASKED <= text.length; start += 1) {
      const form = buckets[hashAt(text, start)]?.find(
        (candidate) => text.startsWith(candidate, start) && isHidden(candidate, start),
      );
      if (form === undefined) continue;
      add(found, { start, end: start + form.length });
    }
    return found;
  };
}

/** Positions in the original text of what was found in a view of it. */
const inWhole = ({ at }: View, spans: readonly Span[]): Span[] =>
  spans.map(({ start, end }) => ({ start: at(start), end: at(end - 1) + 1 }));

function joined(spans: readonly Span[]): Span[] {
  const all: Growing[] = [];
  for (const span of spans.toSorted((one, other) => one.start - other.start)) add(all, span);
  return all;
}

type Growing = { -readonly [Key in keyof Span]: Span[Key] };

/** Takes spans in order of their starts; one that overlaps the last extends it. */
function add(all: Growing[], { start, end }: Span): void {
  const last = all.at(-1);
  if (last !== undefined && start < last.end) last.end = Math.max(last.end, end);
  else all.push({ start, end });
}

/** Where each form is masked; a form of two secrets is masked where either of them is. */
function placesOf(secrets: Iterable<string>): Map<string, MaskPlace> {
  const places = new Map<string, MaskPlace>();
  for (const secret of secrets)
    for (const form of formsOf(secret)) {
      const place = placeOfForm(secret, form);
      if (PLACES.indexOf(place) > PLACES.indexOf(places.get(form) ?? place) || !places.has(form))
        places.set(form, place);
    }
  return places;
}

function cover(text: string, spans: readonly Span[]): string {
  if (spans.length === 0) return text;
  const kept = spans.map(({ start }, index) => text.slice(spans[index - 1]?.end ?? 0, start) + MASK);
  return kept.join('') + text.slice(spans.at(-1)?.end);
}

function hashAt(text: string, start: number): number {
  let hash = 0;
  for (let offset = 0; offset < SHORTEST_MASKED; offset += 1) hash = (hash * 31 + text.charCodeAt(start + offset)) | 0;
  return hash & (BUCKETS - 1);
}
