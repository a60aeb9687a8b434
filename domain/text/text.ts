import type { Template } from './catalogue.ts';

/** What people read, to be said in their language: a phrase, or words that are the same in every language. */
export type Text = string | Phrase;

/** A template of the catalogue, in English, with what fills its places. JSON, so that it can be stored and sent. */
export interface Phrase {
  readonly say: string;
  readonly with: Readonly<Record<string, Said>>;
}

/** A list is said with the language's comma. */
export type Said = Text | number | readonly Text[];

export type Language = 'en' | 'zh';

/** The places of a template: `{address} does not answer` has `address`. */
export type PlacesOf<T extends string> = T extends `${string}{${infer Place}}${infer Rest}`
  ? Place | PlacesOf<Rest>
  : never;

type Fillings<T extends string> = [PlacesOf<T>] extends [never] ? [] : [words: Readonly<Record<PlacesOf<T>, Said>>];

/** Only templates of the catalogue, and exactly their places: a text without translation is a type error. */
export const phrase = <T extends Template>(say: T, ...[words]: Fillings<T>): Phrase => ({ say, with: words ?? {} });

export const isPhrase = (value: unknown): value is Phrase =>
  typeof value === 'object' && value !== null && 'say' in value && typeof value.say === 'string' && 'with' in value;

export const isText = (value: unknown): value is Text => typeof value === 'string' || isPhrase(value);

/** What a language gives to say a text: how it separates a list, and its template for an English one. */
export interface Words {
  readonly comma: string;
  template(english: string): string;
}

export function fill(text: Said, language: Words): string {
  if (typeof text === 'number') return String(text);
  if (typeof text === 'string') return language.template(text);
  if (!isPhrase(text)) return text.map((each) => fill(each, language)).join(language.comma);
  return language
    .template(text.say)
    .replaceAll(/\{(\w+)\}/g, (place, name: string) => fill(text.with[name] ?? place, language));
}

export const ENGLISH: Words = { comma: ', ', template: (english) => english };

export const inEnglish = (text: Text): string => fill(text, ENGLISH);
