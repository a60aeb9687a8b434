/** The release, the mirror, the store and activation. */
export const RELEASE = {
  'is not in the release': 'release 中没有此项',
  'is not in {release}, but {components} needs it; use a release that has it (./local_build.sh --release, or DEPLOYMENT_ENGINE_RELEASE)':
    '{release} 中没有此项，但 {components} 需要它；换用包含它的 release（./local_build.sh --release 或 DEPLOYMENT_ENGINE_RELEASE）',
  'needs package {name}, which the release lacks': '需要 package {name}，但 release 中没有',
  'needs itself: {circle}': '依赖自身：{circle}',
  '{name} {version} is not a version this engine can deploy; it knows {known}. Versions are data: docs/adding-a-release.md says how to add one':
    '本部署引擎不能部署 {name} {version}；可部署的版本为 {known}。版本只是数据，添加方法见 docs/adding-a-release.md',
  '1 file of the engine differs from its package: {files}. {cure}':
    '部署引擎有 1 个文件与其安装包不同：{files}。{cure}',
  '{count} files of the engine differ from its package: {files}. {cure}':
    '部署引擎有 {count} 个文件与其安装包不同：{files}。{cure}',
  'Remove what is added, unpack Deployment-Engine.tgz over the folder again, run ./local_build.sh, and restart the engine.':
    '删除多出的文件，将 Deployment-Engine.tgz 重新解包覆盖该目录，运行 ./local_build.sh，然后重启部署引擎。',
  'The release has no job {name}.': 'release 中没有 job {name}。',
  'There is no revision {revision}.': '没有配置版本 {revision}。',
  'The mirror lacks release {release}: run ./local_build.sh.':
    '本地源中没有 release {release}：运行 ./local_build.sh。',
  'The mirror has lost release {release}: start the engine again, which takes it in again.':
    '本地源中的 release {release} 已丢失：重新启动部署引擎，它会重新导入。',
  "our own reading of monit's grammar": '部署引擎自己对 monit 语法的解析',
  'The mirror in {root} has no apt key: run ./local_build.sh': '{root} 中的本地源没有 apt 密钥：运行 ./local_build.sh',
  'The archive built for {key} cannot be used: {why}': '为 {key} 编译的归档文件无法使用：{why}',
  '{problem}; it is in quarantine': '{problem}；已隔离',
  'The command openssl is needed to make a certificate': '生成证书需要 openssl 命令',
  'The command setpriv of util-linux is needed to render': '渲染模板需要 util-linux 的 setpriv 命令',
  'is missing in the job archive': 'job 的归档文件中没有此文件',
  'takes too much memory': '占用内存过多',
  'ended before its time': '提前中止',
  'runs a command of the node': '运行节点的命令',
  'looks at a file of the node': '查看节点的文件',
  'uses the network of the node': '使用节点的网络',
  'asks for the host name of the node': '查询节点的主机名',
  'asks for the addresses of the node': '查询节点的地址',
  'looks at the environment of the node': '查看节点的环境变量',
  'looks at the accounts of the node': '查看节点的账户',
  'looks at the machine of the node': '查看节点的硬件',
  'does what only a node can': '执行了只有节点才能执行的操作',
  'starts a thread': '启动线程',
  "BOSH's templates know no trim mode: write %> instead of -%>, and <% instead of <%-":
    'BOSH 的模板不支持去除空白的标记：用 %> 代替 -%>，用 <% 代替 <%-',
  "BOSH's templates know no trim mode: write %> instead of -%>, and <% instead of <%- (lines {lines})":
    'BOSH 的模板不支持去除空白的标记：用 %> 代替 -%>，用 <% 代替 <%-（第 {lines} 行）',
  'property {name} is not set': '没有设置属性 {name}',
  'property {name} must be a mapping, as {below} can be set below it':
    '属性 {name} 必须是映射，因为其下可以设置 {below}',
  'is not ruby: {why}': '不是 ruby：{why}',
  'undefined name {name}': '未定义的名称 {name}',
  'undefined method {name}': '未定义的方法 {name}',
  'fails with {why}': '失败：{why}',
  'takes more than {seconds} s': '用时超过 {seconds} 秒',
  '{question}: what that gives is known only there': '{question}：结果只有在节点上才知道',
  '{what}: perhaps only here, where the file is left out': '{what}：可能只在此处如此，此处略去该文件',
  'The dry rendering {reason}': '试渲染失败：{reason}',
  'was not rendered, since too many others never ended': '没有渲染，因为其他模板的渲染过多地没有结束',

  'serial {serial} was good until {end}': '序列号 {serial} 的有效期至 {end}',
  'serial {serial} is good for the release {release} alone, and this is {other}':
    '序列号 {serial} 只适用于 release {release}，而当前是 {other}',
  'The engine is not activated. {hint}. {sample}': '部署引擎尚未激活。{hint}。{sample}',
  'No activated serial is good for this deploy: {why}. {hint}. {sample}':
    '没有适用于此次部署的序列号：{why}。{hint}。{sample}',
  'The {deployments} deployments of serial {serial} are used up. A new serial has its own. {hint}.':
    '序列号 {serial} 的 {deployments} 次部署次数已用完。新的序列号有自己的部署次数。{hint}。',
  'Run ./DeploymentEngineServer activate - < FILE, where FILE holds the serial, or POST {"serial": "..."} to /deployment-engine/activation':
    '运行 ./DeploymentEngineServer activate - < FILE（FILE 中为序列号），或向 /deployment-engine/activation POST {"serial": "..."}',
  'The sample release has a serial of its own: sample/serial.': '示例 release 有自己的序列号：sample/serial。',
  'the serial {what}': '序列号{what}',
  'was good until {end}': '已过有效期（至 {end}）',
  'is good for the release {release} alone, and this engine deploys {own}, as DEPLOYMENT_ENGINE_RELEASE or the mirror says':
    '只适用于 release {release}，而本部署引擎部署的是 {own}（由 DEPLOYMENT_ENGINE_RELEASE 或本地源决定）',
  'is empty; paste the whole serial': '为空；粘贴完整的序列号',
  'is no serial: one begins with {beginning} and has at most {most} characters':
    '格式不对：序列号以 {beginning} 开头，最多 {most} 个字符',
  'is damaged: characters are missing or changed; paste it again, the whole of it':
    '已损坏：有字符缺失或改变；重新粘贴完整的序列号',
  "is not signed by this engine's vendor": '不是由本部署引擎的厂商签发',
  'is signed, and says what this version does not understand; update the engine':
    '内容超出此版本所能识别；更新部署引擎',
  "is not accepted by the vendor's server": '未被厂商的服务器接受',
  "is not accepted by the vendor's server: {reason}": '未被厂商的服务器接受：{reason}',
  'it answers {status}': '它返回了 {status}',
  'its answer is not {example}': '它的应答不是 {example}',
  'it took too long': '用时过长',
  'Please ensure the network is enable! The activation server {origin} did not answer the question whether the serial is good: {reason}. Nothing was activated; try again when it is reachable.':
    'Please ensure the network is enable! 激活服务器 {origin} 没有答复序列号是否有效：{reason}。没有激活；待其可访问后重试。',
  'Please ensure the network is enable! No node answers: {why}':
    'Please ensure the network is enable! 没有节点响应：{why}',

  'There is no run {run}.': '没有任务 {run}。',
  'Run {run} has ended or belongs to another execution.': '任务 {run} 已结束或属于另一次执行。',
  'Run {run} never began {step} on {target}, round {round}.':
    '任务 {run} 没有在 {target} 上开始过 {step}（第 {round} 轮）。',
  'The disk that holds {file} is full; free some space. Nothing was half written.':
    '{file} 所在的磁盘已满；释放空间。没有写入不完整的数据。',
  'The disk that holds {file} is full ({free} kB free); free some space, nothing is lost.':
    '{file} 所在的磁盘已满（剩余 {free} kB）；释放空间，数据没有丢失。',
  'Could not read or write {file}; check the disk, its free space and the file size limit.':
    '无法读写 {file}；检查磁盘、剩余空间和文件大小限制。',
  "Could not open {file} for writing; check the folder's owner and mode.":
    '无法以写方式打开 {file}；检查目录的所有者和权限。',
  'Could not open {file} for writing.': '无法以写方式打开 {file}。',
  'Another process holds the lock on {file}; the engine tries again.': '另一进程锁定了 {file}；部署引擎会重试。',
  '{file} is damaged; restore a backup of the data folder.': '{file} 已损坏；从备份恢复数据目录。',
  'The tables of {data} were written by another version of the engine; start that version, or restore a backup.':
    '{data} 的表由另一版本的部署引擎写入；请启动那个版本，或恢复备份。',
  'Could not read the master key {file}; restore it.': '无法读取主密钥 {file}；请恢复它。',
  'The master key {file} of {data} is missing; restore it, or name another with {variable}.':
    '{data} 的主密钥 {file} 不存在；请恢复它，或用 {variable} 指定另一个。',
  'The key from {source} is not the one {data} was encrypted with; put the right one back, or name it with {variable}.':
    '{source} 中的密钥不是加密 {data} 时所用的；请放回正确的密钥，或用 {variable} 指定。',
  'the settings': '设置',
  'this data folder': '此数据目录',
  'Could not create the data folder {folder}.': '无法创建数据目录 {folder}。',
} as const;
