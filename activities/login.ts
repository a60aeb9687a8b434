import type { Configuration } from '../domain/configuration.ts';
import type { Login } from '../ssh/login.ts';

/** The accounts we may get in with, from the configuration. */
export const loginOf = ({ properties }: Configuration): Login => ({
  user: properties.user,
  password: properties.password,
  rootPassword: properties.rootPassword,
});
