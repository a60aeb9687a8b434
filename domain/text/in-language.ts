import { CATALOGUE } from './catalogue.ts';
import { fill, type Language, type Text } from './text.ts';

const LANGUAGES = {
  en: { comma: ', ', template: (english: string) => english },
  zh: {
    comma: '、',
    // What the catalogue does not know is a name, the words of a program, or a text that an older version stored.
    template: (english: string) =>
      Object.hasOwn(CATALOGUE, english) ? CATALOGUE[english as keyof typeof CATALOGUE] : english,
  },
} as const;

export const inLanguage = (text: Text, language: Language): string => fill(text, LANGUAGES[language]);
