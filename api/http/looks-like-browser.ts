import type { IncomingHttpHeaders } from 'node:http';

/** What images, sounds, fonts and styles of a page are asked for with. */
const PART_OF_A_PAGE = /^(?:image|audio|video|font)\/|^text\/css/i;

/**
 * Whether a browser asks that says nothing of where it comes from, as old ones do, and new ones over http to another machine.
 * Programs that call themselves Mozilla (PowerShell) name no language.
 */
export function looksLikeBrowser(headers: IncomingHttpHeaders): boolean {
  const { 'user-agent': agent = '', 'accept-language': language, accept = '' } = headers;
  return PART_OF_A_PAGE.test(accept) || (agent.startsWith('Mozilla/') && language !== undefined);
}

/** Whether it would show the answer as a page. */
export const takesPages = ({ accept = '' }: IncomingHttpHeaders): boolean => /text\/html/i.test(accept);
