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
  'Could not decrypt {place}: the master key is not the one it was encrypted with, or the row was changed.':
    '无法解密 {place}：主密钥不是加密时所用的，或该行已被改动。',
  'All {count} connections to {place} are busy; see {setting}. The engine tries again.':
    '到 {place} 的 {count} 个连接都在使用中；见 {setting}。部署引擎会重试。',
  '{place} is damaged: {why}; restore a backup.': '{place} 已损坏：{why}；请恢复备份。',
} as const;
