/** A path of this engine, whatever a form or a request line says. */
export function ownPlace(next = '/'): string {
  const url = URL.parse(next, 'http://engine');
  // A path that begins with two slashes would name another host.
  const isOwn = url?.origin === 'http://engine' && /^\/(?!\/)/.test(url.pathname);
  return isOwn ? url.pathname + url.search : '/';
}
