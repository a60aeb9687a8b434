import { programs, share, startPostgres } from './postgres.ts';

/** One server for a whole run of tests; those that need it wait for it. */
export default function setup(): (() => Promise<void>) | undefined {
  if (programs() === undefined) return undefined;
  const server = startPostgres();
  share(server);
  return server.remove;
}
