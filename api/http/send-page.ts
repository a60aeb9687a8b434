import type { ServerResponse } from 'node:http';
import { inLanguage } from '../../domain/text/in-language.ts';
import type { Language, Text } from '../../domain/text/text.ts';
import { markLanguage } from './language.ts';

interface Page {
  readonly status: number;
  readonly title: Text;
  /** What follows the title, as HTML; `say` gives a text in the reader's language, escaped. */
  readonly main: (say: (text: Text) => string) => string;
  readonly language: Language;
}

/** Sends a page with one form, which no other page may show in a frame and no cache keeps. */
export function sendPage(response: ServerResponse, { status, title, main, language }: Page): void {
  const say = (text: Text): string => escaped(inLanguage(text, language));
  const page = Buffer.from(`<!doctype html>
<html lang="${language}">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <title>${say(title)} - Deployment Engine</title>
    <link rel="stylesheet" href="/deployment-engine/pages.css" />
  </head>
  <body>
    <main class="sheet">
      <h1>${say(title)}</h1>
      ${main(say)}
    </main>
  </body>
</html>
`);
  markLanguage(response, language);
  response.writeHead(status, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': page.length,
    'Cache-Control': 'no-store',
    'Content-Security-Policy':
      "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    'X-Frame-Options': 'DENY',
    'X-Content-Type-Options': 'nosniff',
    // Without it the form's POST would have no origin (Origin: null).
    'Referrer-Policy': 'same-origin',
  });
  response.end(page);
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
export const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character);
