/** Where a process finds its proxies: curl, apt, gRPC and Node each read some of them, in either case. */
const PROXY_VARIABLES: readonly string[] = ['http', 'https', 'ftp', 'all', 'grpc', 'no', 'no_grpc']
  .map((kind) => `${kind}_proxy`)
  .flatMap((name) => [name, name.toUpperCase()]);

/** From here on the process, and what it starts with this environment, speaks to everybody directly. */
export function forgetProxies(env: Record<string, string | undefined>): void {
  for (const name of PROXY_VARIABLES) delete env[name];
  // NODE_USE_ENV_PROXY takes proxies over when Node starts; this list it reads anew for each request.
  env['no_proxy'] = '*';
  env['NO_PROXY'] = '*';
}
