/** Reasons, interruptions and removals of a deploy's plan. */
export const PLAN = {
  'does not answer; looked at when it does': '没有响应；恢复响应后再查看',
  'not deployed yet': '尚未部署',
  'job, packages or properties': 'job、package 或属性有变化',
  packages: 'package',
  properties: '属性',
  'idle jobs': '闲置的 job',
  renderer: '渲染程序',
  'installed, never started': '已安装，从未启动',
  'it was prepared and carries nothing: apt sources and hosts file as before; account stays':
    '它只做过准备，没有安装任何组件：恢复原来的 apt 源和 hosts 文件；保留账号',
  'nothing of the cluster is left on it: apt sources and hosts file as before; account and store stay':
    '其上不再有集群的内容：apt 源和 hosts 文件恢复原样；账户和数据保留',
  '{operation} asked for by an operator': '运维人员要求 {operation}',

  'the front page and every app are': '首页和所有应用',
  'the API is': 'API',
  'logging in is': '登录',
  'the login page is': '登录页面',
  '{missed} away for good': '{missed}将不再可用',
  '{components} needs it': '{components} 依赖它',
  '{components} need it': '{components} 依赖它',
  'no {component} is left: {losses}': '不再有 {component}：{losses}',
  '{before} goes before {next} runs on {address}: {missed} away until then':
    '{before} 移除之后 {next} 才在 {address} 上运行：其间{missed}不可用',
  '{id} restarts: {missed} away for a moment': '{id} 重启：{missed}短暂不可用',

  'goes after the updates of {ids}, which may point to it': '在 {ids} 更新之后移除，因为它们可能指向它',
  'it is taken away by the next deploy that can': '将由下一次能够移除它的部署移除',
  '{address} does not answer': '{address} 没有响应',
  'leaves {job} to {id}': '将 {job} 让给 {id}',
  'leaves port {port} to {id}': '将端口 {port} 让给 {id}',
  'leaves its ports to {job} of {id}': '将其端口让给 {id} 的 {job}',
  'leaves the ports of its {job} to {id}': '将其 {job} 的端口让给 {id}',
  'after {id}, which may run {job} until then': '在 {id} 之后，它在此之前可能仍运行 {job}',
  'after {id}, which may be on port {port}': '在 {id} 之后，它可能占用端口 {port}',
  'stopped before the first of its component becomes {id}': '在 {id} 成为该组件的首个实例之前停止',
  'becomes the first {component} in place of {before}: it runs what only the first runs':
    '取代 {before} 成为首个 {component}：运行只有首个实例才运行的内容',
  '{names} and {count} others': '{names} 等，另有 {count} 个',
  'no longer in the configuration': '已不在配置中',
  '{component} moves to {addresses}': '{component} 移到 {addresses}',
} as const;
