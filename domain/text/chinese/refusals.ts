/** What steps refuse: what no change of the engine can help, and what to do. */
export const REFUSALS = {
  'The disk of / on {address} has {gb} GB (as DISK in GET /hardware, divided by 1024); disksize asks for more than {wanted}. Enlarge the disk, lower disksize, or set checkdisk to 0.':
    '{address} 上 / 所在的磁盘为 {gb} GB（即 GET /hardware 中的 DISK 除以 1024）；disksize 要求大于 {wanted}。扩大磁盘、调低 disksize，或将 checkdisk 设为 0。',
  'The node belongs to another engine ({owner}). Stop that engine; when it is gone for good, take the node over with POST /deployment-engine/hosts/adopt, then deploy again.':
    '此节点属于另一个部署引擎（{owner}）。停止那个部署引擎；若它已不复存在，用 POST /deployment-engine/hosts/adopt 接管此节点，然后重新部署。',
  '{owner} on {host}': '{owner}，位于 {host}',
  '{owner}, since {since}': '{owner}，自 {since}',
  "The node is {own}, and the mirror's packages are for {architecture}. Use a machine of {architecture}, or a control machine of {own}.":
    '此节点架构为 {own}，而本地源的软件包用于 {architecture}。换用 {architecture} 架构的机器，或 {own} 架构的控制机。',
  'No profile serves {system}. Supported: {systems}.': '没有适用于 {system} 的系统档案。支持的系统：{systems}。',
  'this system': '此系统',
  '{address}: the password of {user} is longer than this system takes. Configure a shorter one.':
    '{address}：{user} 的密码超过此系统接受的长度。在配置中换用较短的密码。',
  '{address}: {problems}. Mend this on the node and retry, or set adduser to 1.':
    '{address}：{problems}。在节点上纠正后重试，或将 adduser 设为 1。',
  'there is no account {name} (useradd --create-home --shell {shell} {name})':
    '没有账户 {name}（useradd --create-home --shell {shell} {name}）',
  'the shell of {name} is {shell}, which runs no commands (usermod --shell {wanted} {name})':
    '{name} 的 shell 是 {shell}，不能执行命令（usermod --shell {wanted} {name}）',
  'a folder': '一个目录',
  'the password of {user} differs from the configured one (passwd {user})': '{user} 的密码与配置不同（passwd {user}）',
  '{address}: {problems}. What {components} shares belongs to uid and gid {id} on every node. Give vcap these numbers, chown its files, and retry.':
    '{address}：{problems}。{components} 共享的内容在每个节点上都属于 uid 和 gid {id}。为 vcap 设置这些编号，对其文件执行 chown，然后重试。',
  'the account vcap has another first group, of gid {gid} (usermod --gid vcap vcap)':
    '账户 vcap 的主组不同，其 gid 为 {gid}（usermod --gid vcap vcap）',
  'the account vcap has uid {number} (usermod --uid {id} vcap)':
    '账户 vcap 的 uid 为 {number}（usermod --uid {id} vcap）',
  'the group vcap has gid {number} (groupmod --gid {id} vcap)':
    '组 vcap 的 gid 为 {number}（groupmod --gid {id} vcap）',
  '{kind} {id} belongs to {holder}': '{kind} {id} 属于 {holder}',
  '{address}: {links} is a link that {user} could have made, so our key is not written through it. Put a folder or file in its place, or make root the owner of the link.':
    '{address}：{links} 是 {user} 可能创建的链接，因此部署引擎的密钥不会经由它写入。将其换成目录或文件，或将链接的所有者改为 root。',

  '{address} cannot run warden: {problems}. {cure}': '{address} 不能运行 warden：{problems}。{cure}',
  'Set {lines} in {file}, run update-grub, reboot (the document recommends kernel 3.2.0-61-virtual), then retry.':
    '在 {file} 中设置 {lines}，运行 update-grub，重启节点（产品文档推荐内核 3.2.0-61-virtual），然后重试。',
  '{address} was started as "{booted}" with kernel {kernel}, which is not what it would boot now. Reboot the node, then retry.':
    '{address} 启动时的参数是“{booted}”，内核为 {kernel}，与现在重启会使用的不同。重启节点，然后重试。',
  'it is a container without privileges': '它是没有特权的容器',
  '/proc/sys/kernel is read-only': '/proc/sys/kernel 是只读的',
  'kernel {kernel} is older than 3.0': '内核 {kernel} 早于 3.0',
  'kernel {kernel} has no network namespaces': '内核 {kernel} 没有网络命名空间',
  '/sys/fs/cgroup is missing': '/sys/fs/cgroup 不存在',
  'its control groups are of version 2 alone': '其控制组（cgroup）只有版本 2',
  'control groups are off: {controllers}': '控制组（cgroup）未启用：{controllers}',
  '{address} lacks {programs}, which installRuntimePackages installs. Abort this or cancel the run, deploy again, and do not skip it.':
    '{address} 缺少 {programs}，它由 installRuntimePackages 安装。重新部署，不要跳过该步骤。',
  '{address} cannot carry gorouter: {problems}.': '{address} 不能运行 gorouter：{problems}。',
  'no process here can get the capability to bind low ports: use a machine, or a container that allows it':
    '此处没有进程能获得绑定低端口的权能：换用机器，或换用允许这样做的容器',
  "its kernel has no net.ipv4.tcp_tw_recycle, which the job's script sets: use a kernel before 4.12":
    '其内核没有 net.ipv4.tcp_tw_recycle，而 job 的脚本要设置它：换用 4.12 之前的内核',
  '{address} cannot raise its limit of locked memory (ulimit {limit}), as the job does. Use a machine of its own, or a container with the capability CAP_SYS_RESOURCE.':
    '{address} 不能像 job 那样提高锁定内存的限制（ulimit {limit}）。换用独立的机器，或具有 CAP_SYS_RESOURCE 权能的容器。',
  '{address} cannot raise its limit of open files (ulimit {limit}), as the job does. Use a machine of its own, or a container with the capability CAP_SYS_RESOURCE.':
    '{address} 不能像 job 那样提高打开文件数的限制（ulimit {limit}）。换用独立的机器，或具有 CAP_SYS_RESOURCE 权能的容器。',
  '{address} cannot carry the database: kernel.shmmax cannot be set here, as in a container without privileges. Use a machine of its own, or a privileged container with a writable /proc/sys.':
    '{address} 不能运行数据库：此处不能设置 kernel.shmmax，例如在没有特权的容器中。换用独立的机器，或 /proc/sys 可写的特权容器。',
  '{address} cannot mount the files of nfs_server: its kernel has no NFS client. Use a machine that has; for a container, load nfs on its host.':
    '{address} 不能挂载 nfs_server 的文件：其内核没有 NFS 客户端。换用有此功能的机器；若为容器，在其宿主机上加载 nfs。',
  '{address}: {server} does not export {folder}.': '{address}：{server} 没有导出 {folder}。',
  '{address}: nfs_server runs but does not export {folder}. Look at /etc/exports and at the output of exportfs -r there.':
    '{address}：nfs_server 在运行，但没有导出 {folder}。在该处查看 /etc/exports 和 exportfs -r 的输出。',
  '{address} cannot carry nfs_server: its kernel has no module nfsd. Use a machine whose kernel serves NFS; for a container, load nfsd on its host.':
    '{address} 不能运行 nfs_server：其内核没有模块 nfsd。换用内核能提供 NFS 服务的机器；若为容器，在其宿主机上加载 nfsd。',
  '{address}: {file} {problems}.': '{address}：{file} {problems}。',
  'holds no certificate': '中没有证书',
  'expired on {date}': '已于 {date} 过期',
  'is for {names}; the domain needs {wanted}': '适用于 {names}；该域名需要 {wanted}',
  nobody: '（无名称）',
  'lacks the private key that belongs to it': '缺少与之对应的私钥',

  '{address}: {what}': '{address}：{what}',
  '{cause} ({command} {how} {when}; the log has all that it said)':
    '{cause}（{command} {how}，{when}；其全部输出见日志）',
  died: '被终止',
  'ended with exit code {code}': '结束，退出码 {code}',
  'while nobody listened': '当时无人监听',
  'after {seconds} s': '用时 {seconds} 秒',
  'the command was killed': '命令被终止',
  'the command failed without a word': '命令失败，没有任何输出',
  '{address} ended it after {ms} ms': '{address} 在 {ms} 毫秒后将其结束',
  '{address}: {command} did not end in time: {why}': '{address}：{command} 未按时结束：{why}',
  'The mirror holds nothing for {name} yet. Run ./local_build.sh --profile {name} on the control machine, then retry.':
    '本地源中还没有 {name} 的内容。在控制机上运行 ./local_build.sh --profile {name}，然后重试。',
  '{id}: nothing is known of its processes: {command} status ended with {code}':
    '{id}：无法得知其进程的情况：{command} status 结束，退出码 {code}',
  "{of}: the node's answer was cut off: it has {parts} of {count} parts":
    '{of}：节点的应答不完整：共 {count} 部分，只有 {parts} 部分',
  '{archive} of {address} has more than {size}: no package is that large':
    '{address} 的 {archive} 超过 {size}：没有这么大的 package',
  'Cannot read {path} on {address}: {why}': '无法读取 {address} 上的 {path}：{why}',

  '{instance} is not installed, so it has no log of its own': '{instance} 未安装，因此没有自身的日志',
  '{address} does not let us in within {seconds} s': '在 {seconds} 秒内无法登录 {address}',
  'no configuration names {address} any more: its logs cannot be read': '已没有配置包含 {address}：无法读取其日志',
  '{instance} is not installed on {address}, so it has written no log there':
    '{address} 上未安装 {instance}，因此那里没有其日志',
  'There is no inspection {inspection} any more: ask again.': '已没有查看 {inspection}：重新请求。',
  'The mirror holds no release: run ./local_build.sh.': '本地源中没有 release：运行 ./local_build.sh。',

  '{instances} would be taken away: what is stored there stays on its node under {folder} and goes nowhere else. See GET /deployment-engine/plan, then repeat with GET /deployment-engine/deploy?confirm={hash}':
    '将移除 {instances}：其中存储的数据留在各自节点的 {folder} 下，不会转移到别处。查看 GET /deployment-engine/plan，然后用 GET /deployment-engine/deploy?confirm={hash} 重新请求',
  '{instances} would be taken away, and the plan is another than the one you have confirmed: what is stored there stays on its node under {folder} and goes nowhere else. See GET /deployment-engine/plan, then repeat with GET /deployment-engine/deploy?confirm={hash}':
    '将移除 {instances}，且部署计划与所确认的不同：其中存储的数据留在各自节点的 {folder} 下，不会转移到别处。查看 GET /deployment-engine/plan，然后用 GET /deployment-engine/deploy?confirm={hash} 重新请求',
  '{id} on {address}': '{address} 上的 {id}',
} as const;
