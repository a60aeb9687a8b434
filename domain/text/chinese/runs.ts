/** Runs, decisions, restart and stop, and the state of instances, as callers see them. */
export const RUNS = {
  'there is no run {run}': '没有任务 {run}',
  'Run {run} has no plan.': '任务 {run} 没有部署计划。',
  'A deploy of this engine runs as workflow {expected}, not as {workflow}: start it under that id, or by GET /deployment-engine/deploy.':
    '本部署引擎的部署以工作流 {expected} 运行，而不是 {workflow}：用该 id 启动，或用 GET /deployment-engine/deploy。',
  'There is no {name}.': '没有 {name}。',
  '{instances}: not installed, so there is nothing to restart; GET /deployment-engine/deploy installs it':
    '{instances}：未安装，因此无可重启；GET /deployment-engine/deploy 会安装它',
  'the run has ended': '任务已结束',
  'run {run} has ended: {outcome}': '任务 {run} 已结束：{outcome}',
  'run {run} still works on revision {revision}': '任务 {run} 仍在部署配置版本 {revision}',
  'Run {run} has already begun with revision {revision}; nothing else was started.':
    '任务 {run} 已在部署配置版本 {revision}，没有启动新的任务。',
  'Run {run} is parked; it now tries again: {parked}.': '任务 {run} 处于挂起状态，现在重试：{parked}。',
  'Run {run} is parked ({parked}) and too long already for further repeats; decide with POST /deployment-engine/runs/{run}/resolve.':
    '任务 {run} 处于挂起状态（{parked}），且记录过长，不能再重复请求；用 POST /deployment-engine/runs/{run}/resolve 处置。',
  'Run {run} is parked ({parked}); a repeat has it try again from {retryAt}, POST /deployment-engine/runs/{run}/resolve at once.':
    '任务 {run} 处于挂起状态（{parked}）；{retryAt} 之后重复请求即会重试，用 POST /deployment-engine/runs/{run}/resolve 则立即处置。',
  'the run was terminated before it could say what it had done': '任务在报告结果之前被终止',
  'the parked run takes no more requests: resolve what is parked, or cancel it, and ask again':
    '挂起的任务不再接受请求：处置挂起的步骤或取消任务，然后重试',
  'its workflow was terminated': '其工作流已被终止',
  'nobody knows how it ended: the store or Temporal has lost it': '其结局不明：存储或 Temporal 已丢失该记录',
  'nothing is deployed yet, so there is nothing to {operation}: GET /deployment-engine/deploy comes first':
    '尚未部署，无法执行 {operation}：先 GET /deployment-engine/deploy',

  'parked: {why}': '已挂起：{why}',
  '{step} has failed {times}: {why}': '{step} 已失败 {times}：{why}',
  'nothing was restarted': '没有重启任何组件实例',
  'nothing was stopped': '没有停止任何组件实例',
  starting: '正在启动',
  'not installed': '未安装',
  'its last installation broke off': '其上一次安装中断',
  'not looked at yet': '尚未查看',
  'it was not looked at': '未查看',
  'stopped by operator': '已由运维人员停止',
  'no longer wanted, cleaned by the next deploy': '已不在配置中，将由下次部署清理',
} as const;
