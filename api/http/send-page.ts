import type { ServerResponse } from 'node:http';

/** Sends a page with one form, which no other page may show in a frame and no cache keeps. */
export function sendPage(response: ServerResponse, status: number, html: string): void {
  const page = Buffer.from(html);
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
