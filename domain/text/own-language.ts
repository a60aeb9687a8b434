import { inLanguage } from './in-language.ts';
import type { Language, Text } from './text.ts';

// The locale of this process, as `setlocale` has it: whoever writes a log line or a summary would else have to be handed it.
let own: Language = 'en';

/** Said once, when the process starts. */
export const speak = (language: Language): void => {
  own = language;
};

/** As `DEPLOYMENT_ENGINE_LANGUAGE` says; anything but `zh` is English until the settings are judged. */
export const speakAsSet = ({ DEPLOYMENT_ENGINE_LANGUAGE: set }: Readonly<Record<string, string | undefined>>): void =>
  speak(set === 'zh' ? 'zh' : 'en');

export const ownLanguage = (): Language => own;

/** In the language of the engine: what is stored, logged, or goes to Temporal. */
export const inOwnLanguage = (text: Text): string => inLanguage(text, own);
