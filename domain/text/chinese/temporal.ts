/** Why the Temporal server of others cannot be used, or a worker must not use it. */
export const TEMPORAL = {
  'no Temporal server answers at {address}: {reason}': '{address} 上没有 Temporal 服务器响应：{reason}',
  'the Temporal server at {address} speaks TLS, and the engine was not told to: set TEMPORAL_TLS=true, and TEMPORAL_TLS_SERVER_CA_CERT_PATH if an authority of your own signs its certificate':
    '{address} 上的 Temporal 服务器使用 TLS，而部署引擎未作此设置：请设 TEMPORAL_TLS=true；若其证书由自有 CA 签发，再设 TEMPORAL_TLS_SERVER_CA_CERT_PATH',
  'what answers at {address} is no Temporal server: {reason}': '{address} 上响应的不是 Temporal 服务器：{reason}',
  'TLS with the Temporal server at {address} fails: {reason}. TEMPORAL_TLS_SERVER_CA_CERT_PATH names the authority of its certificate, TEMPORAL_TLS_SERVER_NAME the name in it, TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH our own':
    '与 {address} 上的 Temporal 服务器建立 TLS 失败：{reason}。TEMPORAL_TLS_SERVER_CA_CERT_PATH 指定签发其证书的 CA，TEMPORAL_TLS_SERVER_NAME 指定证书中的名称，TEMPORAL_TLS_CLIENT_CERT_PATH 和 TEMPORAL_TLS_CLIENT_KEY_PATH 指定部署引擎自己的证书和私钥',
  'what answers at {address} does not speak TLS: {reason}. Without the settings TEMPORAL_TLS and TEMPORAL_TLS_... it is spoken to in clear':
    '{address} 上响应的程序不使用 TLS：{reason}。不设 TEMPORAL_TLS 和 TEMPORAL_TLS_... 则以明文通信',
  'the Temporal server at {address} has no namespace {namespace} (TEMPORAL_NAMESPACE), and this account may not register it: {reason}. Have it registered: {command}':
    '{address} 上的 Temporal 服务器没有命名空间 {namespace}（TEMPORAL_NAMESPACE），此账户也无权注册：{reason}。请由有权限的人注册：{command}',
  'namespace {namespace} of the Temporal server at {address} keeps what has ended for {days} days, not {wanted}, and this cannot be changed: {reason}':
    '{address} 上 Temporal 服务器的命名空间 {namespace} 将已结束的工作流保留 {days} 天，而不是 {wanted} 天，且无法更改：{reason}',
  'this account may not see whether namespace {namespace} of the Temporal server at {address} has the search attributes {names}: {reason}':
    '此账户无权查看 {address} 上 Temporal 服务器的命名空间 {namespace} 是否有搜索属性 {names}：{reason}',
  'namespace {namespace} of the Temporal server at {address} has search attributes of other types than the engine needs: {names}. Name a namespace of its own (TEMPORAL_NAMESPACE)':
    'Temporal 服务器 {address} 的 namespace {namespace} 中，这些搜索属性的类型与引擎所需不同：{names}。请另用一个 namespace（TEMPORAL_NAMESPACE）',
  'namespace {namespace} of the Temporal server at {address} lacks the search attributes {names}, and this account may not add them: {reason}. Have them added: {command}':
    '{address} 上 Temporal 服务器的命名空间 {namespace} 缺少搜索属性 {names}，此账户也无权添加：{reason}。请由有权限的人添加：{command}',
  'the Temporal server at {address} has no namespace {namespace}; TEMPORAL_NAMESPACE names it, and a start of the engine registers it':
    '{address} 上的 Temporal 服务器没有命名空间 {namespace}；其名称由 TEMPORAL_NAMESPACE 指定，部署引擎启动时会注册',
  'the Temporal server at {address} does not take our credentials: {reason}. See TEMPORAL_API_KEY and TEMPORAL_TLS_CLIENT_CERT_PATH':
    '{address} 上的 Temporal 服务器不接受部署引擎的凭据：{reason}。参见 TEMPORAL_API_KEY 和 TEMPORAL_TLS_CLIENT_CERT_PATH',
  'the Temporal server at {address} does not answer in time': '{address} 上的 Temporal 服务器未及时响应',
  'the Temporal server at {address} does not serve us: {reason}':
    '{address} 上的 Temporal 服务器无法提供服务：{reason}',
  'this account may not use namespace {namespace} of the Temporal server at {address}: {reason}':
    '此账户无权使用 {address} 上 Temporal 服务器的命名空间 {namespace}：{reason}',
  'Waits for up to {seconds} s: workers with another store may still be here':
    '最多等待 {seconds} 秒：使用另一个存储的 worker 可能尚未离开',
  'Waits for up to {seconds} s: workers of another Temporal may still hold the runs':
    '最多等待 {seconds} 秒：另一个 Temporal 的 worker 可能仍持有这些运行',
  'Whether the instances are watched could not be made sure of: {reason}': '无法确认组件实例是否仍在监控之中：{reason}',
  'The runs of cluster {cluster} in this store are those of another Temporal server or namespace, whose workers are at work. See TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE (here {namespace} at {address}), and whether another engine has the same DATABASE_URL. If that Temporal is gone for good, stop those workers: {seconds} s after the last of them this can be started.':
    '本存储中集群 {cluster} 的运行属于另一个 Temporal 服务器或命名空间，其 worker 正在工作。请检查 TEMPORAL_ADDRESS 和 TEMPORAL_NAMESPACE（此处为 {address} 上的 {namespace}），以及是否有另一个引擎使用同一个 DATABASE_URL。如果那个 Temporal 已不复存在，请停止那些 worker：最后一个停止 {seconds} 秒之后即可启动。',
  'Workers with another store work on a cluster {cluster} in namespace {namespace} of the Temporal server at {address}, and each would take the tasks of the other. Give this engine a namespace of its own (TEMPORAL_NAMESPACE) or its cluster another name (DEPLOYMENT_ENGINE_CLUSTER), or stop those workers and start this again; the Workers of watch/{cluster} in the Temporal Web UI say which processes they are.':
    '使用另一个存储的 worker 正在 {address} 的 Temporal 服务器的命名空间 {namespace} 中处理名为 {cluster} 的集群，双方会互相取走对方的任务。请为本引擎指定自己的命名空间（TEMPORAL_NAMESPACE），或给集群另取名称（DEPLOYMENT_ENGINE_CLUSTER），或者停止那些 worker 后重新启动；它们是哪些进程，请看 Temporal Web UI 中 watch/{cluster} 的 Workers。',
  'A newer build of the engine works on cluster {cluster}, and its runs may need what this one does not know ({names}), so this worker leaves them to it: start the newer build here too, or restore a backup from before it.':
    '集群 {cluster} 已由较新版本的部署引擎接管，其任务可能用到本版本没有的内容（{names}），因此本工作进程把任务留给新版本：请在此也启动新版本，或恢复升级之前的备份。',
} as const;
