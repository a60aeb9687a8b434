import type { IncomingHttpHeaders } from 'node:http';

/** The `Accept` headers with which browsers load images, sounds, fonts and styles. */
const PART_OF_A_PAGE = /^(?:image|audio|video|font)\/|^text\/css/i;

/**
 * Whether a request without origin headers comes from a browser: old ones send none, new ones send none over http to another
 * machine. Programs that call themselves Mozilla (PowerShell) send no language.
 */
export function looksLikeBrowser(headers: IncomingHttpHeaders): boolean {
  const { 'user-agent': agent = '', 'accept-language': language, accept = '' } = headers;
  return PART_OF_A_PAGE.test(accept) || (agent.startsWith('Mozilla/') && language !== undefined);
}

/** Whether the browser would show the answer as a page. */
export const takesPages = ({ accept = '' }: IncomingHttpHeaders): boolean => /text\/html/i.test(accept);
