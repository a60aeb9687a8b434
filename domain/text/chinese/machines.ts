/** Machines, as preflight and hardware see them. */
export const MACHINES = {
  'it belongs to another engine ({stranger})': '它属于另一部署引擎（{stranger}）',
  'it {what}': '它{what}',
  'has 1 processor; {asking}': '有 1 个处理器；{asking}',
  'has {has} processors; {asking}': '有 {has} 个处理器；{asking}',
  'has {has} MiB of memory; {asking}': '有 {has} MiB 内存；{asking}',
  'has a disk of {has} GB; {asking}': '磁盘为 {has} GB；{asking}',
  '{components} asks for {wanted}': '{components} 需要 {wanted}',
  '{components} ask for {wanted}': '{components} 需要 {wanted}',
  'use a larger machine, or move components to another one': '换用更大的机器，或将组件移到其他机器',
  "its clock is {seconds} s ahead of the control machine's": '其时钟比控制机快 {seconds} 秒',
  "its clock is {seconds} s behind the control machine's": '其时钟比控制机慢 {seconds} 秒',
  'set it, and have all machines keep the time (ntp, chrony): tokens and logs go by it':
    '校准时钟，并让所有机器同步时间（ntp、chrony）：令牌和日志都依赖时间',
  'no name server of it answers: every look-up of a name waits': '其域名服务器都没有响应：每次域名解析都要等待',
  'name one that answers in /etc/resolv.conf, or none': '在 /etc/resolv.conf 中填写可用的域名服务器，或不填',
  'it does not reach the mirror at {home}': '它无法访问 {home} 上的本地源',
  "let it through: the node's route to home, firewalls between, and the mirror's port":
    '使其可达：检查节点到 home 的路由、其间的防火墙，以及本地源的端口',
  'the control machine': '控制机',
  'the control machine ({home})': '控制机（{home}）',
  'run ./local_build.sh': '运行 ./local_build.sh',
  'check user, password and root of the configuration, and PermitRootLogin for the first contact':
    '检查配置中的 user、password 和 root；首次连接还要检查 PermitRootLogin',
  'give the user sudo rights with its password, or let root in': '让该用户能凭密码使用 sudo，或允许 root 登录',
  'find out whether it is the machine you mean before you accept its key': '先确认它就是要找的机器，再接受其密钥',
  'start the machine and its SSH server, and mend the network between': '启动机器及其 SSH 服务，并修复其间的网络',
  'send the passwords in clear: a masked one goes to no address that the posted configuration lacks':
    '以明文发送密码：掩码的密码不会用于已提交的配置中没有的地址',
  'docs/errors.md says what {code} means': 'docs/errors.zh.md 说明了 {code} 的含义',
  'stop that engine; when it is gone for good, take the node over with POST /deployment-engine/hosts/adopt':
    '停止那个部署引擎；若它已不复存在，用 POST /deployment-engine/hosts/adopt 接管此节点',
  '{from} has no name server to ask: whether people find the cluster by its names is not known':
    '{from}没有可问的域名服务器：无从得知用户能否用域名找到集群',
  'asked from {from}, {answers}; people find the cluster only where its names lead to haproxy at {front}':
    '从 {from} 查询：{answers}；只有域名指向 haproxy 的地址 {front}，用户才能找到集群',
  '{name} leads to {addresses}': '{name} 指向 {addresses}',
  '{name} also leads to {addresses}, where half of them would land': '{name} 还指向 {addresses}，一半用户会被带到那里',
  '{name} has addresses of the other kind alone ({addresses})': '{name} 只有另一种 IP 版本的地址（{addresses}）',
  '{name} is not known': '{name} 没有解析',
  '{name} is another name of {alias}, which is not known': '{name} 是 {alias} 的别名，而后者没有解析',
  'the name servers refuse to say where {name} leads': '域名服务器拒绝回答 {name} 的解析',
  'no name server says within {seconds} s where {name} leads': '{seconds} 秒内没有域名服务器回答 {name} 的解析',
  'add the record {record} to the zone (BIND), or {dnsmasq} (dnsmasq)':
    '在域名服务器中添加解析：BIND 用 {record}，dnsmasq 用 {dnsmasq}',
  'its system is {system}, which no profile serves': '其操作系统为 {system}，没有相应的系统档案',
  unknown: '未知',
  'install one of {systems}': '安装下列系统之一：{systems}',
  'the mirror holds nothing for its system, {profile}': '本地源中没有其系统 {profile} 所需的内容',
  'run ./local_build.sh --profile {profile} on the control machine':
    '在控制机上运行 ./local_build.sh --profile {profile}',
  "it is {own}, and the mirror's packages are for {architecture}":
    '其架构为 {own}，而本地源的软件包用于 {architecture}',
  'use a machine of {architecture}, or a control machine of {own}':
    '换用 {architecture} 架构的机器，或 {own} 架构的控制机',
  'the disk of / has {has} GB; disksize asks for more than {wanted}':
    '/ 所在磁盘为 {has} GB；disksize 要求大于 {wanted} GB',
  'enlarge the disk, lower disksize, or set checkdisk to 0': '扩大磁盘、调低 disksize，或将 checkdisk 设为 0',
  'it needs more than {seconds} s to say what a deploy would change': '{seconds} 秒内无法得出部署会改变什么',
  'as it says; docs/errors.md and docs/special-steps.md have more':
    '按其说明处理；详见 docs/errors.md 和 docs/special-steps.md',

  'free some space for {folder}, or give it a larger file system': '为 {folder} 释放空间，或换用更大的文件系统',
  '{folder} has {free} free; a deploy needs up to {usual}': '{folder} 剩余 {free}；部署最多需要 {usual}',
  '{folder} has room for {count} more files only (inodes)': '{folder} 只能再创建 {count} 个文件（inode）',
  '{point} is mounted read-only': '{point} 以只读方式挂载',
  'look in dmesg why; mount -o remount,rw {point}, and correct /etc/fstab':
    '在 dmesg 中查看原因；执行 mount -o remount,rw {point}，并更正 /etc/fstab',
  '{point} is mounted noexec, and programs are started from there': '{point} 以 noexec 方式挂载，而程序要从那里启动',
  'mount -o remount,exec {point}, and correct /etc/fstab': '执行 mount -o remount,exec {point}，并更正 /etc/fstab',
  '{point} is mounted noexec: scripts of packages that start programs there will fail':
    '{point} 以 noexec 方式挂载：软件包中从那里启动程序的脚本会失败',
  "mount -o remount,exec {point}, if a package's script fails":
    '若软件包的脚本失败，执行 mount -o remount,exec {point}',
  '{lockHolder} holds the package lock; a deploy waits for it': '{lockHolder} 持有软件包锁；部署会等待它',
  'let it end, or end it if it hangs; turn unattended upgrades off while you deploy':
    '等它结束，若已卡住则将其结束；部署期间关闭自动升级',
  '{file} sets a proxy; the engine goes past it, but what others start would not reach the cluster directly':
    '{file} 设置了代理；部署引擎会绕过它，但其他程序将无法直接访问集群',
  'take it out of {file}, or list the addresses of the cluster and its domain in no_proxy':
    '从 {file} 中去掉代理，或在 no_proxy 中列出集群的地址和域名',
  '{mount} on {node} is full: {room}': '{node} 上的 {mount} 已满：{room}',
  '{full}. Free some space there ({failed})': '{full}。在那里释放空间（{failed}）',
  '{count} inodes free': '剩余 {count} 个 inode',
  '{free} KiB of {total} KiB free': '{total} KiB 中剩余 {free} KiB',
} as const;
