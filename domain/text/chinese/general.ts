/** What holds other texts together. */
export const GENERAL = {
  '{first}\n{rest}': '{first}\n{rest}',
  '{first}; {rest}': '{first}；{rest}',
  '{others} or {last}': '{others} 或 {last}',
  '{names}': '{names}',
  '{names} and {count} more': '{names} 等，另有 {count} 项',
  '{place}: {what}': '{place}：{what}',
  'and {count} more': '另有 {count} 项',
  '{what}; did you mean {nearest}?': '{what}；是否指 {nearest}？',
  '{count} times': '{count} 次',
  once: '1 次',
} as const;
