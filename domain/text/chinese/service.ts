/** What the engine says on the terminal: as it starts, as a service is installed, to an unknown command. */
export const SERVICE = {
  'There is no command {name}. --help names them all.': '没有命令 {name}。--help 列出全部命令。',
  'There is no command {name}; did you mean {meant}? --help names them all.':
    '没有命令 {name}；是否指 {meant}？--help 列出全部命令。',

  '{unit} is installed and started, and starts at boot:': '{unit} 已安装并启动，开机时自动启动：',
  '{unit} is started anew, and starts at boot:': '{unit} 已重新启动，开机时自动启动：',
  '{unit} is not installed': '{unit} 尚未安装',
  '{unit} is stopped and removed; data, cache, account and settings are where they were':
    '{unit} 已停止并移除；数据、缓存、账户和设置原样保留',
  '  program  {value}': '  程序     {value}',
  '  account  {value}': '  账户     {value}',
  '  data     {value}': '  数据     {value}',
  '  cache    {value}': '  缓存     {value}',
  '  key file {value}': '  密钥文件 {value}',
  '  settings {file}; then systemctl restart {unit}': '  设置     {file}；改后执行 systemctl restart {unit}',
  '  words    journalctl -u {unit}, and {folder}': '  日志     journalctl -u {unit}，以及 {folder}',
  '{now} (kept)': '{now}（未变）',
  '{now} (was {then})': '{now}（原为 {then}）',
  'Settings of the Deployment Engine, one NAME=value a line; {program} --help lists them.':
    '部署引擎的设置，每行一个 NAME=value；{program} --help 列出全部设置。',

  'systemd does not run this machine: start the engine with its own means, as in setsid ./DeploymentEngineServer':
    '本机不由 systemd 管理：请用本机的方式启动部署引擎，例如 setsid ./DeploymentEngineServer',
  'only root may install a service: run this as root': '只有 root 能安装服务：请以 root 运行',
  'systemd would read {value} in another way: use letters, digits and ./-_@+':
    'systemd 会把 {value} 理解成别的内容：只用字母、数字和 ./-_@+',
  '{user} cannot read {folder}: unpack the package where everybody may, in /opt/deployment-engine for example':
    '{user} 无法读取 {folder}：请将安装包解压到所有账户都能读取的目录，例如 /opt/deployment-engine',
  'the data folder of the installed service is missing: {folder}. Mount it, or name with --data-dir where it is now':
    '已安装的服务的数据目录不存在：{folder}。请挂载它，或用 --data-dir 指定它现在的位置',
  'both {first} and {second} hold the data of an engine: name with --data-dir the one to go on with':
    '{first} 和 {second} 中都有部署引擎的数据：请用 --data-dir 指定继续使用哪一个',
  '{option} {folder}: {why}; the service would own all of it. Name a folder of its own: {better}':
    '{option} {folder}：{why}；服务会占有其中的全部内容。请指定一个专用目录：{better}',
  'this is a folder at the top of the file system': '这是文件系统的顶层目录',
  'the program is in it ({program})': '程序就在其中（{program}）',
  "it holds files that are not an engine's (none of {marks})": '其中有不属于部署引擎的文件（没有 {marks}）',

  'Warning: {what}': '警告：{what}',
  '{variable} is not a setting and has no effect; did you mean {nearest}?':
    '{variable} 不是设置项，不起作用；是否指 {nearest}？',
  'Deployment Engine ready in {seconds} s: {url} (API, log page, Temporal Web UI at /temporal/)':
    'Deployment Engine 已就绪，用时 {seconds} 秒：{url}（API、日志页面，Temporal Web UI 在 /temporal/）',
  'Still starting; see {folder}': '仍在启动；详情见 {folder}',
  'Reading the release {release}': '正在读取 release {release}',
  'WARNING: DEPLOYMENT_ENGINE_AUTH=none-i-know: nobody is asked who they are. Whoever reaches {where} controls the cluster.':
    '警告：DEPLOYMENT_ENGINE_AUTH=none-i-know：不核实任何人的身份。凡能访问 {where} 的人都能控制集群。',
  'Callers of {where} are asked for a token.': '访问 {where} 需要访问令牌。',
  'Accounts of this machine reach Temporal ({address}) without one, and so control the cluster too.':
    '本机的账户无需令牌即可访问 Temporal（{address}），因此也能控制集群。',
  'Whoever reaches Temporal ({address}) does so without one, and controls the cluster too.':
    '凡能访问 Temporal（{address}）的人都无需令牌，也能控制集群。',
  'Only this machine reaches {where}. To open {url} start it with DEPLOYMENT_ENGINE_LISTEN={listen} and':
    '只有本机能访问 {where}。要开放 {url}，启动时设置 DEPLOYMENT_ENGINE_LISTEN={listen}，并且',
  '  with tokens and TLS (https): DEPLOYMENT_ENGINE_TLS_CERT=FILE DEPLOYMENT_ENGINE_TLS_KEY=FILE, after {command}':
    '  使用访问令牌和 TLS（https）：先执行 {command}，再设置 DEPLOYMENT_ENGINE_TLS_CERT=FILE DEPLOYMENT_ENGINE_TLS_KEY=FILE',
  '  for everybody, as in 2014: DEPLOYMENT_ENGINE_AUTH=none-i-know':
    '  或与 2014 年一样对所有人开放：DEPLOYMENT_ENGINE_AUTH=none-i-know',
  'the engine would ask callers for tokens, and there is none. Make one, and start it again:\n  {command}\nOn a closed network DEPLOYMENT_ENGINE_AUTH=none-i-know serves everybody instead.':
    '部署引擎将要求调用者出示访问令牌，但还没有任何令牌。创建一个，然后重新启动：\n  {command}\n在封闭的网络中，也可设置 DEPLOYMENT_ENGINE_AUTH=none-i-know 对所有人开放。',
  'no token is in force any more, so every caller gets 401. Make one: {command}':
    '已没有有效的访问令牌，所有调用者都会得到 401。创建一个：{command}',
  'the last token ends on {day}. Make the next one before: {command}':
    '最后一个访问令牌将于 {day} 到期。在此之前创建下一个：{command}',
  'DEPLOYMENT_ENGINE_TLS_KEY: {key} is not the key of the certificate {certificate}':
    'DEPLOYMENT_ENGINE_TLS_KEY：{key} 不是证书 {certificate} 的私钥',
  '{variable}: {file} must hold 64 hexadecimal digits and nothing else':
    '{variable}：{file} 中只能是 64 位十六进制数字',
  '{variable}: {file} cannot be read ({why})': '{variable}：无法读取 {file}（{why}）',
  '{variable}: {file} cannot be read: {why}': '{variable}：无法读取 {file}：{why}',
  'the certificate {name} has expired on {end}: clients refuse it': '证书 {name} 已于 {end} 过期：客户端会拒绝它',
  'the certificate {name} is valid only from {begin}': '证书 {name} 自 {begin} 起才有效',
  'the certificate {name} expires on {end}': '证书 {name} 将于 {end} 过期',
  '{name} cannot run ({end}); see the end of {file}': '{name} 无法运行（{end}）；原因见 {file} 的末尾',
  '{variable}: {folder} is not a writable folder: {why}': '{variable}：{folder} 不是可写的目录：{why}',
  'another engine uses the data folder {folder}; stop it, or set DEPLOYMENT_ENGINE_DATA_DIR to another folder':
    '另一个部署引擎正在使用数据目录 {folder}；停止它，或将 DEPLOYMENT_ENGINE_DATA_DIR 设为其他目录',
  '{where} is in use by another process; {setting} chooses another port':
    '{where} 已被另一进程占用；可用 {setting} 换用其他端口',
  '{where} cannot be listened on ({code}); {setting} chooses another port':
    '无法监听 {where}（{code}）；可用 {setting} 换用其他端口',
  'Temporal {version} cannot take over {file}, where {runs} still runs; start the engine with that version (DEPLOYMENT_ENGINE_TEMPORAL_BIN), end the run, then upgrade':
    'Temporal {version} 不能接手 {file}，其中 {runs} 仍在运行；用原来的版本启动部署引擎（DEPLOYMENT_ENGINE_TEMPORAL_BIN），待该任务结束后再升级',
  'a mirror alone needs an address to listen on: set DEPLOYMENT_ENGINE_MIRROR_LISTEN':
    '单独运行 mirror 需要监听地址：请设置 DEPLOYMENT_ENGINE_MIRROR_LISTEN',
  'a {role} alone needs a Temporal server that others start too: set TEMPORAL_ADDRESS':
    '单独运行 {role} 需要一个与其他进程共用的 Temporal 服务器：请设置 TEMPORAL_ADDRESS',
  'a {role} alone needs a store that others reach too: set DATABASE_URL_FILE, or start it beside the engine whose data folder is {folder}':
    '单独运行 {role} 需要一个与其他进程共用的存储：请设置 DATABASE_URL_FILE，或在数据目录为 {folder} 的部署引擎旁启动它',
  'this system cannot have a process become another program': '本系统不支持让进程变为另一个程序',
} as const;
