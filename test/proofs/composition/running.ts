/** The services of docker-compose.yml, started. */
export interface Running {
  /** Of the proxy. */
  readonly url: string;
  /** Of an administrator. */
  readonly token: string;
  /** PEM of the authority that the proxy's certificate is from. */
  readonly certificate: string;
  /** kill -9 of one that works; resolves when it has been started again. */
  killOne(service: 'gateway' | 'worker'): Promise<void>;
  /**
   * What `docker compose` prints for these words, with `input` on its standard input; undefined where the services run without
   * Docker.
   */
  readonly compose?: (words: readonly string[], input?: string) => Promise<string>;
  /** Makes these files of `secrets/` anew; undefined as above. */
  readonly renewSecrets?: (names: readonly string[]) => Promise<void>;
  stop(): Promise<void>;
}

/** What both ways of starting them need to know. */
export interface Wanted {
  /** This machine, as nodes reach it. */
  readonly home: string;
  /** Three free ports, beginning with this one. */
  readonly port: number;
  /** Settings of gateways and workers that the composition leaves to its user. */
  readonly settings: Readonly<Record<string, string>>;
}
