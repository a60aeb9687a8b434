/** Lines of a run's log, and what a step is at. */
export const LOG = {
  '1 node': '1 个节点',
  '{count} nodes': '{count} 个节点',
  '1 instance': '1 个组件实例',
  '{count} instances': '{count} 个组件实例',
  '1 step': '1 个步骤',
  '{count} steps': '{count} 个步骤',

  'deploy {run}: revision {revision}, {release} {version}, {nodes}':
    'deploy {run}：配置版本 {revision}，{release} {version}，{nodes}',
  '{operation} {run}: {instances}': '{operation} {run}：{instances}',
  'no changes': '没有变更',
  '{nodes} to prepare': '准备 {nodes}',
  '{instances} to update': '更新 {instances}',
  '{count} to remove': '移除 {count} 个',
  '{nodes} to sweep': '清理 {nodes}',
  '{nodes} to give back': '交还 {nodes}',
  '{address} is another machine now: there is nothing to give back': '{address} 已换成另一台机器：没有要交还的内容',
  '{id} is not removed now: {why}': '{id} 此次不移除：{why}',
  '{what} ({why})': '{what}（{why}）',
  "{used} of this run's Temporal execution are used: nothing parked is tried again by itself or by GET /deploy from now on; resolve and cancel still work. Decide about what is parked, or cancel and deploy again":
    '此任务的 Temporal 执行已用去 {used}：从现在起，挂起的步骤不再自动重试，GET /deploy 也不会使其重试；resolve 和 cancel 仍有效。处置挂起的步骤，或取消后重新部署',
  '{addresses}: generation {seen} of this engine has been at work there, this store knows of {own} only. It goes on as generation {next}. That is right for a restored backup; if a copy of this engine runs on another machine, stop it':
    '{addresses}：本部署引擎的第 {seen} 代曾在那里工作，而此存储只记录到第 {own} 代。现以第 {next} 代继续。若存储是从备份恢复的，这样是对的；若本部署引擎的副本在另一台机器上运行，停止它',
  'the store could not be written for {seconds} s, and work waited: {reason}':
    '存储有 {seconds} 秒无法写入，工作在此期间等待：{reason}',
  'Files of the engine differ from its package, so it refuses to deploy: {files}':
    '部署引擎的文件与其安装包不同，因此拒绝部署：{files}',
  '{path} is changed': '{path} 被改动',
  '{path} is added': '{path} 是多出的',

  'first contact: its SSH host key {hostKey} is pinned from now on': '首次连接：其 SSH 主机密钥 {hostKey} 从现在起固定',
  '{address} has refused two passwords: waiting {seconds} s before the next one, so that the account is not locked':
    '{address} 拒绝了两个密码：等待 {seconds} 秒再试下一个，以免账户被锁定',
  '{what}; a name that its /etc/hosts lacks counts as unknown': '{what}；其 /etc/hosts 中没有的名称视为未知',
  'no name server of the node answers within {seconds} s': '节点的域名服务器在 {seconds} 秒内都没有响应',
  'looked at: {steps} to prepare it, instances to update: {instances}':
    '已查看：准备需要 {steps}，要更新的组件实例：{instances}',
  none: '无',
  'done in {seconds} s': '完成，用时 {seconds} 秒',
  'trying again': '将重试',
  parked: '已挂起',
  'left to the next deploy': '留给下次部署',
  'ended by an operator': '已由运维人员结束',
  'remote-unknown: {address} could not be asked': 'remote-unknown：无法询问 {address}',
  'remote-unknown: a command of this run may still be at work on {address} ({trouble}); the next deploy that reaches it ends it':
    'remote-unknown：此任务的命令可能仍在 {address} 上运行（{trouble}）；下一次能连接它的部署会结束该命令',
  'it did not answer within {seconds} s': '它在 {seconds} 秒内没有响应',
  'it answers, but too slowly': '它有响应，但太慢',
  'a command failed while nobody listened ({how}); it kept no output and is started again':
    '有一条命令在无人监听时失败（{how}）；它没有留下输出，将重新启动',
  'exit code {code}': '退出码 {code}',
  'not in time': '未按时完成',
  'it died': '被终止',
  '{id} does not run: {why}': '{id} 没有运行：{why}',
  '{operation} inside this run: {instances}': '在此任务中 {operation}：{instances}',
  '{id} is left as it is: {why}': '{id} 保持原样：{why}',
  '{id} is not installed': '{id} 未安装',
  '{operation}: done': '{operation}：完成',
  '{operation}: failed: {why}': '{operation}：失败：{why}',

  '{artefact} built': '{artefact} 已编译',
  '{artefact} cannot be put in place: its archive goes into quarantine, it is built anew':
    '{artefact} 无法就位：其归档文件被隔离，将重新编译',
  'waits for {artefact} from {builder}': '等待 {builder} 编译 {artefact}',
  'another builder': '另一个编译节点',

  '{doing} on {address} for {lasting}': '在 {address} 上{doing}，已 {lasting}',
  '{doing} on {address} for {lasting}, usually {usual}': '在 {address} 上{doing}，已 {lasting}，通常 {usual}',
  '{doing} from {builder} for {lasting}': '{doing}（由 {builder} 编译），已 {lasting}',
  '{doing} from {builder} for {lasting}, usually {usual}': '{doing}（由 {builder} 编译），已 {lasting}，通常 {usual}',
  'building {artefact}': '编译 {artefact}',
  'unpacking {artefact}': '解包 {artefact}',
  '{doing} ({place} of {count})': '{doing}（第 {place} 项，共 {count} 项）',
  'waiting for {artefacts}': '等待 {artefacts}',
  'waiting before the next password': '等待后再试下一个密码',
  'looking for what is to be done': '勘查',
  'asking monit': '询问 monit',
  'asking what is installed': '查询已安装的内容',
  connecting: '连接',
  'preparing the accounts': '准备账户',
  'reading the package lists of the mirror': '读取本地源的软件包列表',
  'installing packages': '安装软件包',
  'looking for what is to be built': '查找需要编译的内容',
  'installing monit': '安装 monit',
  'fetching jobs and packages': '获取 job 和 package',
  'looking for what is to be compiled': '查找需要编译的 package',
  stopping: '停止',
  'installing the job': '安装 job',
  'preparing what its job needs': '准备其 job 所需的内容',
  'checking that it works': '检查是否正常工作',
  restarting: '重启',
  'taking it away': '移除',
  'giving the node back': '交还节点',
  'removing what nothing uses': '移除不再使用的内容',
  working: '工作',

  '{call} by {caller} from {address}: {answer}': '{caller} 从 {address} 请求 {call}：{answer}',
  'gone before the answer': '应答前已断开',
  'many wrong tokens from {address}: refused for a minute': '来自 {address} 的错误访问令牌过多：拒绝一分钟',
  'the Cloud Foundry admin password was shown by {caller}': 'Cloud Foundry 管理员密码已向 {caller} 显示',
  'host {ip}: trusts {hostKey}; by {caller}': '节点 {ip}：信任 {hostKey}；操作者 {caller}',
  'host {ip}: trusts {hostKey}, as before; by {caller}': '节点 {ip}：照旧信任 {hostKey}；操作者 {caller}',
  'host {ip}: trusts {hostKey} instead of {before}; by {caller}':
    '节点 {ip}：信任 {hostKey}，取代 {before}；操作者 {caller}',
  'activated with serial {serial} by {caller}: {count} deployments': '{caller} 用序列号 {serial} 激活：{count} 次部署',
  'activated with serial {serial}': '已用序列号 {serial} 激活',
  '{place}: not activated: {reason}': '{place}：没有激活：{reason}',
  'session opened by {caller} from {address}': '{caller} 从 {address} 打开会话',
  'session closed by {caller} from {address}': '{caller} 从 {address} 关闭会话',
  'deploy of revision {revision} accepted as run {run} by {caller}':
    '{caller} 部署配置版本 {revision}，已受理为任务 {run}',
  'deploy of revision {revision} asked for again by {caller}: {note}':
    '{caller} 再次请求部署配置版本 {revision}：{note}',
  '{operation} of {instances} accepted by {caller}': '{operation} {instances}：已受理，操作者 {caller}',
  '{operation} of {instances} accepted as run {run} by {caller}':
    '{operation} {instances}：已受理为任务 {run}，操作者 {caller}',
  '{operation} of {instances} done in run {run} by {caller}':
    '{operation} {instances}：已在任务 {run} 中完成，操作者 {caller}',
  '{operation} of {instances} failed in run {run} by {caller}':
    '{operation} {instances}：在任务 {run} 中失败，操作者 {caller}',
  'run {run}: {what} by {caller}': '任务 {run}：{what}；操作者 {caller}',
  'configuration accepted as revision {revision} by {caller}': '{caller} 提交的配置已接受为配置版本 {revision}',
  'host {ip}: may be taken over from the engine {owner}; by {caller}':
    '节点 {ip}：可从部署引擎 {owner} 接管；操作者 {caller}',
  'nobody known': '未知调用者',
  'Run {run} has ended; its log is closed.': '任务 {run} 已结束，其日志已关闭。',
  '{address}: a copy of this engine works on it from {copy}. Deploys, restarts and stops there are refused (DuplicateController) until one of the two engines is stopped for good and the other has taken the node over: POST /deployment-engine/hosts/adopt':
    '{address}：本部署引擎的一个副本正从 {copy} 操作此节点。须永久停用两者之一，并由另一个用 POST /deployment-engine/hosts/adopt 接管此节点；在此之前，对它的部署、重启和停止一律拒绝（DuplicateController）',
  '{what}: {remedy}': '{what}：{remedy}',
} as const;
