// By itself, for those who need it before anything large is loaded.

type Environment = Readonly<Record<string, string | undefined>>;

/** As in the settings. */
export const cacheDirOf = (env: Environment): string => env['DEPLOYMENT_ENGINE_CACHE_DIR'] || defaultCacheDir(env);

// Services that systemd starts as root have no HOME.
export const defaultCacheDir = ({ HOME: home }: Environment): string =>
  home === undefined || home === '' || home === '/root' || home === '/'
    ? '/var/cache/deployment-engine'
    : `${home}/.cache/deployment-engine`;
