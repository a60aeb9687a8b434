import type { Response } from 'express';
import type { RouteRow } from '../routes/route-table.ts';

const ROUTE = 'measuredRoute';

/** Keeps which row of the table a request came in by. Its path may hold names and numbers, and anybody may send any. */
export function rememberRoute(response: Response, path: RouteRow['path']): void {
  response.locals[ROUTE] = typeof path === 'string' ? path : path.source;
}

/** `none` for what is in no row. */
export const routeOf = ({ locals }: Response): string => String(locals[ROUTE] ?? 'none');
