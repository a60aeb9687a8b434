/** Headers of answers, each with what it says. */
export const HEADERS = {
  ETag: 'Names the revision of the configuration, or the text of a log.',
  Location: 'Path of the run, or of the page to go to.',
  'Retry-After': 'Seconds after which to ask again.',
  Link: 'Path of the next page of older runs, with `rel="next"`.',
  'Accept-Ranges': '`bytes`.',
  'Content-Range': 'Which bytes of how many.',
  'Set-Cookie': 'The session of a browser: `HttpOnly`, `SameSite=Strict`.',
  'WWW-Authenticate': '`Bearer realm="deployment-engine"`.',
  'Content-Language': 'Language of the texts: `en` or `zh`.',
  Upgrade: '`websocket`.',
} as const;
