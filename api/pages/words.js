// What the pages say, in the language that the browser prefers, as the API's answers are. Codes, outcomes and names stay.

export const CHINESE = {
  Log: '日志',
  'What the current run is doing, live.': '当前任务的实时进展。',
  'Runs, nodes and steps; retry, skip or abort what is parked.':
    '任务、节点和步骤；对挂起的步骤重试（retry）、跳过（skip）或放弃（abort）。',
  'Parked now': '当前挂起的',
  'Nothing has been deployed yet.': '还没有部署过。',
  'The engine does not answer.': '部署引擎没有应答。',
  'Run {run} ({operation})': '任务 {run}（{operation}）',
  '{up} of {all} instances are running.': '{all} 个实例中有 {up} 个在运行。',
  '{name} waits for a decision.': '{name}等待处置。',
  'Decide in the Temporal Web UI': '到 Temporal Web UI 中处置',
  '{name} is at work.': '{name}正在执行。',
  '{name} is at work: {over} of {steps} steps are done.': '{name}正在执行：{steps} 个步骤已完成 {over} 个。',
  '{name} is at work: {over} of {steps} steps are done, about {seconds} s left.':
    '{name}正在执行：{steps} 个步骤已完成 {over} 个，约剩 {seconds} 秒。',
  '{name} ended {outcome}.': '{name}已结束：{outcome}。',
  '{name} ended {outcome}: {reason}.': '{name}已结束：{outcome}，{reason}。',
  'Signed in as {name}, {scope}.': '已登录：{name}，{scope}。',
  'Sign out': '退出登录',
  'Deployment log': '部署日志',
  Show: '显示',
  everything: '全部',
  follow: '跟随最新',
  Overview: '总览',
  connecting: '正在连接',
  live: '实时',
  'connection lost, trying again': '连接中断，正在重连',
  'lines {lines} are no longer kept': '第 {lines} 行已过保留期',
  'run {run}': '任务 {run}',
  Shapes: '数据结构',
  Fields: '字段',
  Parameters: '参数',
  Body: '请求体',
  Answers: '应答',
  'No token is needed.': '不需要令牌。',
  'Needs the scope {scope}.': '需要权限 {scope}。',
};

const isChinese = /^zh\b/i.test(navigator.language);

/** The text with its places filled in. */
export function say(english, values = {}) {
  const text = isChinese ? (CHINESE[english] ?? english) : english;
  return text.replaceAll(/\{(\w+)\}/g, (_place, name) => values[name]);
}

/** Says what the page itself holds. */
export function sayPage() {
  if (!isChinese) return;
  document.documentElement.lang = 'zh';
  for (const element of document.querySelectorAll('[data-say]')) element.textContent = say(element.textContent.trim());
}
