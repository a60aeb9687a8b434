/** Logging in to nodes, and what nodes and their runner answer. */
export const NODES = {
  '{address} cannot be reached by SSH ({why}); is it up?': '无法通过 SSH 连接 {address}（{why}）；机器是否已启动？',
  '{address} has not answered within {seconds} s': '{address} 在 {seconds} 秒内没有响应',
  '{address} was not asked: the time for all nodes was over': '未询问 {address}：全部节点的总时限已到',
  '{address}: no profile serves its system': '{address}：没有适用于其操作系统的系统档案',
  'no answer in time': '未及时应答',
  '{address} has refused two passwords: no more are tried for {seconds} s, so that the account is not locked':
    '{address} 已拒绝两个密码：为避免账户被锁定，{seconds} 秒内不再尝试其他密码',
  '{address} shows host key {shown}, but {pinned} is pinned: it is another machine, or was reinstalled. POST /deployment-engine/hosts/{address}/trust accepts its key.':
    '{address} 出示的主机密钥是 {shown}，已固定的是 {pinned}：这是另一台机器，或已重装。用 POST /deployment-engine/hosts/{address}/trust 接受其密钥。',
  'the shell of root did not start ({words})': 'root 的 shell 未能启动（{words}）',
  'nothing was said': '没有任何输出',
  'the account {account} has expired; renew it: chage -E -1 {account}':
    '账户 {account} 已过期；续期：chage -E -1 {account}',
  'the password of {account} has expired, so a new one is asked for before anything else; keep the old one with chage -d "$(date +%F)" {account}, or set a new one with passwd {account} and post it':
    '{account} 的密码已过期，登录后必须先设置新密码；用 chage -d "$(date +%F)" {account} 保留旧密码，或用 passwd {account} 设置新密码并提交到配置中',
  'the start-up files of {account} (.bashrc, .profile, /etc/bash.bashrc) never end: they read standard input, or wait for something else; have them return where there is no terminal: [ -t 0 ] || return. No password was sent':
    '{account} 的启动文件（.bashrc、.profile、/etc/bash.bashrc）不会结束：它们读取标准输入，或在等待其他内容；让它们在没有终端时返回：[ -t 0 ] || return。密码未发送',
  'sudo asks {account} for a terminal (Defaults requiretty in sudoers); write "Defaults:{account} !requiretty" into a file in /etc/sudoers.d, or allow root to log in once':
    'sudo 要求 {account} 使用终端（sudoers 中的 Defaults requiretty）；在 /etc/sudoers.d 的文件中写入 "Defaults:{account} !requiretty"，或允许 root 登录一次',
  '{account} may not become root with sudo ({words}); check its password and sudo rights':
    '{account} 不能通过 sudo 成为 root（{words}）；检查其密码和 sudo 权限',
  '{account} ({ways})': '{account}（{ways}）',
  '{one} and {other}': '{one} 和 {other}',
  key: '密钥',
  password: '密码',
  'no login for {tried}: check the passwords, and AllowUsers and AllowGroups in sshd_config; a stock sshd refuses a password for root (PermitRootLogin in sshd_config)':
    '{tried} 无法登录：检查密码，以及 sshd_config 中的 AllowUsers 和 AllowGroups；sshd 默认不接受 root 的密码（sshd_config 中的 PermitRootLogin）',
  '{address}: {what}.': '{address}：{what}。',
  '{node} did not end within {timeoutMs} ms: {title}': '{node} 在 {timeoutMs} 毫秒内没有结束：{title}',
  'The connection to {node} was lost during: {title}': '与 {node} 的连接中断，当时正在：{title}',
  'open a channel': '打开通道',
  'become root': '切换为 root',
  '{node}, {title}: {message}': '{node}，{title}：{message}',
  '{node} belongs to the newer run {run} (generation {generation}) of this engine; cancel this run and deploy again':
    '{node} 属于本部署引擎更新的任务 {run}（代次 {generation}）；取消本任务并重新部署',
  '{node} is owned by another engine ({owner}); when that engine is gone for good, POST /deployment-engine/hosts/adopt takes the node over':
    '{node} 归另一个部署引擎（{owner}）所有；如果那个部署引擎已不复存在，用 POST /deployment-engine/hosts/adopt 接管此节点',
  '{node} does not say whose it is: /var/lib/deployment-engine/owner and fence are damaged, as after a power cut. When no other engine works on it, take it over with POST /deployment-engine/hosts/adopt and deploy again':
    '{node} 没有说明归谁所有：/var/lib/deployment-engine/owner 和 fence 已损坏，例如断电所致。确认没有其他部署引擎在使用它之后，用 POST /deployment-engine/hosts/adopt 接管并重新部署',
  'The command arrived damaged on {node} and was not run: {title}': '命令到达 {node} 时已损坏，没有执行：{title}',
  'its answer has more than {size}': '其应答超过 {size}',
  'no answer from the runner ({words})': '节点执行脚本没有应答（{words}）',
  'nobody has claimed this node; run the step `connect`': '此节点尚无归属声明；执行步骤 `connect`',
  'its state is missing ({words})': '缺少其状态（{words}）',
  'it did not begin ({words})': '它没有开始执行（{words}）',
  'the list was cut off': '列表不完整',
  'cannot read its state': '无法读取其状态',
  'the runner is damaged again right after it was installed': '节点执行脚本刚安装就再次损坏',
  '{node} {what}': '{node} {what}',
  'has no {path}: secrets are kept in memory there. Mount it: mount -t tmpfs tmpfs {path}':
    '没有 {path}：机密保存在该处的内存中。挂载：mount -t tmpfs tmpfs {path}',
  'has a {path} that is not in memory: secrets must not touch a disk. Mount a tmpfs there':
    '的 {path} 不在内存中：机密不得写入磁盘。在该处挂载 tmpfs',
  'cannot write {path}: {mount} is read-only. See dmesg; remount it read-write':
    '无法写入 {path}：{mount} 是只读的。查看 dmesg；以读写方式重新挂载',
  'cannot write {path}, although {mount} is neither full nor read-only. See dmesg':
    '无法写入 {path}，但 {mount} 既未写满也不是只读。查看 dmesg',
} as const;
