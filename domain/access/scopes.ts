/** What callers may do, each with all that stands before it: look, deploy and operate, see secrets and change whom nodes trust. */
export const SCOPES = ['viewer', 'operator', 'admin'] as const;

export type Scope = (typeof SCOPES)[number];

export const covers = (has: Scope, needs: Scope): boolean => SCOPES.indexOf(has) >= SCOPES.indexOf(needs);
