import { CATALOGUE } from './catalogue.ts';
import { ENGLISH, fill, type Language, type Text, type Words } from './text.ts';

const LANGUAGES: Readonly<Record<Language, Words>> = {
  en: ENGLISH,
  zh: {
    comma: '、',
    // What the catalogue does not know is a name, the words of a program, or a text that an older version stored.
    template: (english) => (Object.hasOwn(CATALOGUE, english) ? CATALOGUE[english as keyof typeof CATALOGUE] : english),
  },
};

export const inLanguage = (text: Text, language: Language): string => fill(text, LANGUAGES[language]);
