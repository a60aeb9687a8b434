/** What the gateway says about requests: routes, input, callers, busy times. */
export const REQUESTS = {
  "an unexpected error; the engine's api.log has it": '发生意外错误，详情见控制机的 api.log',
  'the log has {total} bytes': '日志共 {total} 字节',
  'DEPLOYMENT_ENGINE_AUTH=none-i-know: whoever reaches this address controls the cluster':
    'DEPLOYMENT_ENGINE_AUTH=none-i-know：凡能访问此地址的人都能控制集群',
  'a body may have at most 1 MiB': '请求内容不得超过 1 MiB',
  'the headers of a request may have at most 16 KiB': '请求头最多 16 KiB',
  'the request did not come in time; send it again': '请求未及时送达；重新发送',
  'this is no HTTP request, or its length is not clear': '这不是 HTTP 请求，或其长度不明确',
  'this is no upgrade to a WebSocket: {why}': '这不是升级到 WebSocket 的请求：{why}',
  'there is no {method} {path}': '不存在路由 {method} {path}',
  '{path} does not take {method}: use {methods}': '{path} 不支持 {method}，使用 {methods}',
  '{method} {path} takes no input': '{method} {path} 不接受任何参数',
  'GET /plan takes no input; POST /plan does': 'GET /plan 不接受参数，使用 POST /plan',
  'the run is being cancelled': '任务正在取消',
  'The Temporal Web UI is not running.': 'Temporal Web UI 没有运行。',
  'The Web UI of the Temporal server is not known here: DEPLOYMENT_ENGINE_TEMPORAL_UI says where it is.':
    '此处不知道 Temporal 服务器的 Web UI 在哪里：请用 DEPLOYMENT_ENGINE_TEMPORAL_UI 指定。',
  '{method} {path} takes no query': '{method} {path} 不接受查询参数',
  'GET /preflight takes no input; POST /preflight does': 'GET /preflight 不接受参数，使用 POST /preflight',
  'the target of a request has no fragment (#)': '请求地址中不得含有片段（#）',
  'the log is a WebSocket; /deployment-engine/log.html shows it':
    '日志以 WebSocket 提供，可在 /deployment-engine/log.html 查看',
  'revision {newest} has come meanwhile': '期间已有配置版本 {newest}',
  '{url} is not a WebSocket': '{url} 不是 WebSocket 地址',
  'there is no stream {stream}: streams are local, the addresses of nodes, and instances such as nats_0':
    '没有日志流 {stream}：日志流为 local、节点地址，或组件实例，例如 nats_0',

  'the body is not UTF-8': '请求内容不是 UTF-8 编码',
  'must be an object where there is a query too': '同时带有查询参数时，请求内容必须是 JSON 对象',
  'is in the query and in the body': '同时出现在查询参数和请求内容中',
  'is given twice': '重复出现',
  'the query has more than {most} keys': '查询参数超过 {most} 个',
  'is not the number of a line': '不是有效的行号',
  'is 1, or left out': '只能为 1，或不填',
  'is the hash of a plan, 64 hex digits': '必须是部署计划的哈希值（64 位十六进制数）',
  'must be a number of seconds': '必须是秒数',
  'must be a number of seconds, such as 30': '必须是秒数，例如 30',
  'must be at most {most} seconds': '不得超过 {most} 秒',

  'must be the name of a component, or {all}': '必须是组件名称，或 {all}',
  'no such component; did you mean {nearest}?': '没有此组件；是否指 {nearest}？',
  'must be an IPv4 or IPv6 address': '必须是 IPv4 或 IPv6 地址',
  'says nothing: give a component as name, an address as ip, both, or {all} for everything':
    '没有指定对象：用 name 指定组件，用 ip 指定地址，或两者都指定；{all} 表示全部',
  '{all} means the whole cluster: leave name out for everything on {ip}':
    '{all} 表示整个集群：若要指定 {ip} 上的全部组件，不填 name',
  '{everywhere} goes with {all}: leave ip out for every {name}':
    '{everywhere} 须与 {all} 一起使用：若要指定全部 {name}，不填 ip',
  'the cluster has no instances': '集群中没有组件实例',
  'no component lives on {address}': '{address} 上没有组件',
  'the cluster has no {component}': '集群中没有 {component}',
  'the cluster has none': '集群中没有该组件',
  'it lives on {addresses}': '它位于 {addresses}',
  'there is no {component} on {address}: {where}': '{address} 上没有 {component}：{where}',

  'this engine asks for a token that is in force: send it as Authorization: Bearer; on the control machine `./DeploymentEngineServer token create` makes one':
    '需要有效的访问令牌：在 Authorization: Bearer 中携带；可在控制机上用 `./DeploymentEngineServer token create` 创建',
  '{method} {path} needs scope {needs}, and this token has {has}':
    '{method} {path} 需要 {needs} 权限，而此访问令牌只有 {has} 权限',
  '{host} is not a name of this engine; DEPLOYMENT_ENGINE_NAMES lists further ones':
    '{host} 不是本部署引擎的名称；其他名称可在 DEPLOYMENT_ENGINE_NAMES 中列出',
  'no host': '（没有 Host）',
  '{site} may not call this engine; DEPLOYMENT_ENGINE_ORIGINS lists pages that may':
    '不允许 {site} 调用本部署引擎；允许调用的页面可在 DEPLOYMENT_ENGINE_ORIGINS 中列出',
  'a page that was opened from a file, or hides its origin, may not call this engine; {page} shows the log':
    '不允许从本地文件打开（或隐藏来源）的页面调用本部署引擎；日志可在 {page} 查看',
  'another site': '其他网站',
  'only pages of the Temporal Web UI may show this, in a frame': '只有 Temporal Web UI 的页面可以在框架中显示此内容',
  'a proxy has passed this on (it has {mark}), and this engine asks nobody for a token because only its own machine should reach it; with DEPLOYMENT_ENGINE_TLS=behind-proxy it serves callers of a proxy, with tokens':
    '此请求经过了代理（带有 {mark}），而本部署引擎只应由控制机自身访问，因此不要求访问令牌；设置 DEPLOYMENT_ENGINE_TLS=behind-proxy 后，可经代理凭访问令牌访问',
  '{peer} is no proxy of this engine; DEPLOYMENT_ENGINE_PROXIES lists those on other machines':
    '{peer} 不是本部署引擎的代理；其他机器上的代理可在 DEPLOYMENT_ENGINE_PROXIES 中列出',

  '{what}; ask again in {seconds} s': '{what}；在 {seconds} 秒后重试',
  'too many requests of this kind': '此类请求过多',
  'too many wrong tokens came from {address}': '来自 {address} 的错误访问令牌过多',
  'the engine is busy with requests of this kind ({why}); ask again': '部署引擎正忙于处理此类请求（{why}），稍后重试',
  'no place was free within {seconds} s': '{seconds} 秒内没有空位',
  '{waiting} wait already': '已有 {waiting} 个在等待',

  'there is no log {name}; GET /download lists them': '没有日志文件 {name}；GET /download 可列出全部',
  'of that name': '（名称无效）',
  'the worker left no log; ask again': '工作进程没有取回日志，重试',
  'the worker left no answer; ask again': '工作进程没有返回结果，重试',
  'the store has not answered for {seconds} s': '存储已有 {seconds} 秒没有响应',
  'the Temporal server does not answer': 'Temporal 服务没有响应',
  'the run has too many requests at the same time; ask again in a few seconds':
    '该任务同时收到的请求过多；请几秒后重试',
  'no worker is connected; see data/log/worker.log': '没有工作进程连接，详情见 data/log/worker.log',
  'no worker answered in time; see data/log/worker.log': '工作进程没有及时响应，详情见 data/log/worker.log',
  'no worker took the request in time; see data/log/worker.log': '没有工作进程及时受理请求，详情见 data/log/worker.log',
  '{why}; ask again when it has ended': '{why}；等它结束后再试',

  'no configuration was posted; POST /deployment-engine/config comes first':
    '尚未提交配置文件；先 POST /deployment-engine/config',
  'no configuration was posted; POST /deployment-engine/preflight takes one that is not posted yet':
    '尚未提交配置文件；未提交的配置可用 POST /deployment-engine/preflight 预检',
  'no configuration was posted; {hint}': '尚未提交配置文件；{hint}',
  'POST /deployment-engine/preflight takes a configuration that is not posted yet':
    '未提交的配置可用 POST /deployment-engine/preflight 预检',
  'If-Match {expected} is not the newest revision: {current}': 'If-Match {expected} 不是最新的配置版本：{current}',
  'none was posted yet': '尚未提交过配置',
  'the newest is {etag}': '最新版本为 {etag}',
  'The admin password is made by the first deploy.': '管理员密码在首次部署时生成。',
  'no template was rendered: the mirror holds no release yet, run ./local_build.sh':
    '没有渲染任何模板：本地源中还没有 release，运行 ./local_build.sh',
  'The mirror has lost the archive of job {name}: run ./local_build.sh, which takes the release in again':
    '本地源中缺少 job {name} 的归档文件：运行 ./local_build.sh 重新导入 release',

  'must be a fingerprint as `ssh-keygen -l` prints it, SHA256:...':
    '必须是 `ssh-keygen -l` 显示的指纹，形如 SHA256:...',
  'is no address': '不是有效的地址',
  '{ip} was never met: name the key to trust, or let the first deploy pin what it shows':
    '从未连接过 {ip}：指明要信任的主机密钥，或由首次部署固定其出示的密钥',
  'nothing is posted yet: name the key to trust': '尚未提交配置：指明要信任的主机密钥',
  '{ip} has not answered': '{ip} 没有响应',
  '{why} Nothing was changed; a key that you name is trusted at once.':
    '{why} 没有做任何更改；若指明主机密钥，将立即信任。',
} as const;
