/** What the gateway says about requests. */
export const REQUESTS = {
  'the headers of a request may have at most 16 KiB': '请求头最多 16 KiB',
  'the request did not come in time; send it again': '请求未及时送达；重新发送',
  'this is no HTTP request, or its length is not clear': '这不是 HTTP 请求，或其长度不明确',
  'this is no upgrade to a WebSocket: {why}': '这不是升级到 WebSocket 的请求：{why}',
  'there is no {method} {path}': '没有 {method} {path} 这个路由',
} as const;
