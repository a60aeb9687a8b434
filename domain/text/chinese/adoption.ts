/** What is said about nodes that are to be taken over from another engine. */
export const ADOPTION = {
  'it carries {instances}, which this engine did not install: restore the data folder they are from, or remove them':
    '其上有并非本部署引擎安装的 {instances}：恢复安装它们的数据目录，或移除这些实例',
  'the engine {owner} is at work on {address}: {signs}. Stop it first':
    '部署引擎 {owner} 正在节点 {address} 上工作：{signs}。先停止它',
  'an unknown engine is at work on {address}: {signs}. Stop it first':
    '一个未知的部署引擎正在节点 {address} 上工作：{signs}。先停止它',
  'a command of its run {run} runs there; it ends by itself': '它的任务 {run} 有一条命令正在运行，会自行结束',
  'its watch keeps looking at the node': '它的状态监控一直在查看该节点',
  'it has changed the node {seconds} s ago; ask again in a minute': '它在 {seconds} 秒前更改过该节点，一分钟后再试',
  'A copy of this engine ({engine}) works on this node from another machine: {copy}, and this store does not know it. Stop the engine there for good; then take the node over with POST /deployment-engine/hosts/adopt, and deploy again.':
    '本部署引擎（{engine}）的副本正从另一台机器在该节点上工作：{copy}，而本机的数据中没有这项任务。先永久停止那台机器上的部署引擎，再用 POST /deployment-engine/hosts/adopt 接管该节点，然后重新部署。',
  '{host}, whose run {run} was here last': '{host}，最近在此的是它的任务 {run}',
  'the node is taken over from a copy of this engine on {copy}': '从本部署引擎的副本（{copy}）接管该节点',
  'a copy of this engine on {copy} is at work on {address}: {signs}. Stop it first':
    '本部署引擎的副本（{copy}）正在节点 {address} 上工作：{signs}。先停止它',
  'no node was taken over: {reasons}': '没有接管任何节点：{reasons}',
  'run {run} is at work: adopt when it has ended, or cancel it first':
    '任务 {run} 正在进行：等它结束后再接管，或先取消它',
  'is neither in the newest configuration nor carries an instance of this engine':
    '不在最新的配置中，也没有本部署引擎的组件实例',
  'must name at least one node, or be left out: then it is all nodes of the newest configuration':
    '至少要指明一个节点；省略时指最新配置中的全部节点',
} as const;
