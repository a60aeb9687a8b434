/** Where a process finds its proxies: curl, apt, gRPC and Node each read some of them, in either case. */
export const PROXY_VARIABLES: readonly string[] = ['http', 'https', 'ftp', 'all', 'grpc', 'no', 'no_grpc']
  .map((kind) => `${kind}_proxy`)
  .flatMap((name) => [name, name.toUpperCase()]);
