/** What the operators' commands say. */
export const COMMANDS_SAY = {
  'Revision {revision}, {release} {version}: {changes}': '配置版本 {revision}，{release} {version}：{changes}',
  '{changes}; {nodes} not looked at': '{changes}；{nodes}未能查看',
  '{count} added': '新增 {count}',
  '{count} changed': '变更 {count}',
  '{count} removed': '移除 {count}',
  '{count} untouched': '不变 {count}',
  '{sign} {id} on {address}': '{sign} {address} 上的 {id}',
  'Nodes to prepare: {count} of {all}': '需要准备的节点：{count}/{all}',
  'To build first: {count} artefacts, on {builders}': '需要先编译：{count} 项，在 {builders} 上',
  'DNS: {remedy}': '域名解析：{remedy}',
  Interruptions: '服务中断',
  Warnings: '警告',
  'Plan {hash}': '部署计划 {hash}',
  'SSH host key {key}, met for the first time: compare it': 'SSH 主机密钥 {key}，首次遇到：请核对',

  'No engine answers at {base}: start ./DeploymentEngineServer':
    '{base} 上没有部署引擎响应：请启动 ./DeploymentEngineServer',
  "{base} shows a certificate that is not trusted ({why}): name its authority's file in NODE_EXTRA_CA_CERTS, and in DEPLOYMENT_ENGINE_URL the name it is for":
    '{base} 的证书不受信任（{why}）：请在 NODE_EXTRA_CA_CERTS 中指定其签发机构的文件，并在 DEPLOYMENT_ENGINE_URL 中使用证书对应的名称',
  'The engine answered {status}': '部署引擎返回了 {status}',
  '{file} cannot be read: {why}': '无法读取 {file}：{why}',
  'This program is installed as a service, with its data in {dataDir}: systemctl restart deployment-engine, journalctl -u deployment-engine. To start another engine from here, name a data folder: {variable}':
    '本程序已安装为服务，数据在 {dataDir}：请用 systemctl restart deployment-engine 与 journalctl -u deployment-engine。若要在此启动另一个引擎，请指定数据目录：{variable}',
  '{file}, the settings of the service, cannot be read: {why}. Call this as root.':
    '无法读取服务的设置 {file}：{why}。请以 root 身份运行。',

  'cannot be read: {why}': '无法读取：{why}',
  '{folder} is not empty and no former rendering (it has {names}): name another folder':
    '{folder} 不是空目录，也不是以前的渲染结果（其中有 {names}）：请指定其他目录',
  '{file} holds no JSON object of secrets': '{file} 中不是由密码组成的 JSON 对象',
  'must be a text in {file}': '在 {file} 中必须是文本',
  'warning: {file} {place}: {what}': '警告：{file} {place}：{what}',
  '1 file': '1 个文件',
  '{count} files': '{count} 个文件',
  'monit entries: judged by {name}': 'monit 条目：由 {name} 检查',
  '{files} of {instances} of {release} {version} in {folder}':
    '{release} {version} 的{instances}共{files}，位于 {folder}',

  'The data folder {folder} is made. If the engine has another one, name that: {variable}=FOLDER':
    '已创建数据目录 {folder}。如果部署引擎使用另一个目录，请指定：{variable}=FOLDER',
  'There is no engine in {folder}. Name its data folder: {variable}=FOLDER':
    '{folder} 中没有部署引擎。请指定它的数据目录：{variable}=FOLDER',
  'This engine keeps everything in PostgreSQL, which is saved by pg_dump: docs/postgresql.md':
    '此部署引擎的全部数据在 PostgreSQL 中，请用 pg_dump 备份：docs/postgresql.md',
  '{file} is a link': '{file} 是符号链接',
  '{file} cannot be made: {why}': '无法创建 {file}：{why}',
  'Run {run} is open. Wait for its end, or stop the engine first: then it is saved as it is.':
    '任务 {run} 尚未结束。请等它结束，或先停止部署引擎：这样会按当前状态保存。',
  '{file} holds {folder} as of run {run}, passwords and keys included.':
    '{file} 已保存 {folder}，截至任务 {run}，包括密码和密钥。',
  'Keep {file} too: it opens what the backup has encrypted.': '请同时保存 {file}：备份中加密的内容要用它解密。',
  '{folder} is not empty. Stop the engine and move it away, or name another one: {variable}=FOLDER':
    '{folder} 不是空目录。请停止部署引擎并移走该目录，或指定另一个：{variable}=FOLDER',
  '{file} cannot be restored: {why}': '无法恢复 {file}：{why}',
  '{folder} is as it was at {made}, after run {run}. Start the engine, then deploy.':
    '{folder} 已恢复到 {made} 任务 {run} 之后的状态。请启动部署引擎，然后部署。',
  '{folder} belongs to another account, number {uid}. Run this as root, who works as that one:\n  {command}':
    '{folder} 属于编号为 {uid} 的另一个账户。请以 root 运行，它会以该账户工作：\n  {command}',

  'token {id} ({name}, {scope}) was made on the control machine': '在控制机上创建了访问令牌 {id}（{name}，{scope}）',
  'token {id} was revoked on the control machine': '在控制机上吊销了访问令牌 {id}',
  'Token {id} ({name}, {scope}), good until {until}. It is shown this once.':
    '访问令牌 {id}（{name}，{scope}），有效期至 {until}。仅显示这一次。',
  'Token {id} is revoked.': '访问令牌 {id} 已吊销。',
  '{id} is the id of no token in force; `list` shows them all': '没有编号为 {id} 的有效访问令牌；`list` 会列出全部令牌',
  'It is 1 to 60 letters, digits and . _ @ -': '应为 1 到 60 个字母、数字或 . _ @ -',
  'It is over at once.': '会立即失效。',
  'revoked {day}': '{day} 吊销',
  'until {day}': '有效至 {day}',
  'expired {day}': '{day} 过期',

  'Serial of the Deployment Engine (nothing = later): ': 'Deployment Engine 的序列号（留空表示稍后）：',
  'Not activated: deploys are refused until ./DeploymentEngineServer activate.':
    '尚未激活：在运行 ./DeploymentEngineServer activate 之前会拒绝部署。',
  'was activated before with serial {serial}': '此前已用序列号 {serial} 激活',
  'The engine of {folder} is activated with serial {serial}: {granted}.':
    '{folder} 的部署引擎已用序列号 {serial} 激活：{granted}。',
  'The engine of {folder} was activated before with serial {serial}: {granted}.':
    '{folder} 的部署引擎此前已用序列号 {serial} 激活：{granted}。',
  '{left} of {all} deployments left': '还可部署 {left} 次，共 {all} 次',
  '{left} of {all} deployments left, for the release {release} alone':
    '还可部署 {left} 次，共 {all} 次，仅限 release {release}',
  'no serial is given, and nobody can be asked: activate - < FILE': '没有给出序列号，也无人可问：activate - < 文件',
} as const;
