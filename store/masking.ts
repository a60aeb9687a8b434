import { MASK } from '../domain/secret.ts';
import { formsOf, SHORTEST_MASKED } from './mask-forms.ts';

/** Part of a text that shows secrets: [start, end). */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Knows every form of every secret. */
export interface Masker {
  mask(text: string): string;
  /** Everything that shows a secret; overlapping occurrences are one span. */
  spans(text: string): readonly Span[];
  /** Characters of the longest form, at least 1. */
  readonly longest: number;
}

// A power of two; few enough that a new masker costs nothing, many enough that most places of a text hit none.
const BUCKETS = 0x1000;

/** Forms are found by a hash of their first four characters, so the time per line does not grow with their number. */
export function createMasker(secrets: Iterable<string>): Masker {
  const forms = [...new Set([...secrets].flatMap(formsOf))].sort((one, other) => other.length - one.length);
  const buckets = Array.from<string[] | undefined>({ length: BUCKETS });
  for (const form of forms) (buckets[hashAt(form, 0)] ??= []).push(form);

  const spans = (text: string): Span[] => {
    const found: { start: number; end: number }[] = [];
    for (let start = 0; start + SHORTEST_MASKED <= text.length; start += 1) {
      const form = buckets[hashAt(text, start)]?.find((candidate) => text.startsWith(candidate, start));
      if (form === undefined) continue;
      const last = found.at(-1);
      if (last !== undefined && start < last.end) last.end = Math.max(last.end, start + form.length);
      else found.push({ start, end: start + form.length });
    }
    return found;
  };

  return {
    spans,
    mask: (text) => cover(text, forms.length === 0 ? [] : spans(text)),
    longest: forms[0]?.length ?? 1,
  };
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
