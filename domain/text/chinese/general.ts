/** What holds other texts together. */
export const GENERAL = {
  '{first}; {rest}': '{first}；{rest}',
  '{others} or {last}': '{others} 或 {last}',
  '{place}: {what}': '{place}：{what}',
  'and {count} more': '另有 {count} 项',
  "an unexpected error; the engine's api.log has it": '发生意外错误，详见控制机的 api.log',
  '{why}; ask again when it has ended': '{why}；请等它结束后再试',
} as const;
