/** What the gateway says about requests. */
export const REQUESTS = {
  'there is no {method} {path}': '没有 {method} {path} 这个路由',
} as const;
