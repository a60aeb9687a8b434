// Over 200 lines, because it is one table, of which every part reads alike.
import type { ErrorCode } from '../errors.ts';
import type { Language } from './text.ts';

/** In Markdown. */
type Said = Readonly<Record<Language, string>>;

interface Guidance {
  /** When it is thrown. */
  readonly when: Said;
  /** What to do. */
  readonly cure: Said;
}

/** What each error means, for people: docs/errors.md and docs/errors.zh.md are made from it. */
export const ERROR_GUIDE: Readonly<Record<ErrorCode, Guidance>> = {
  InvalidConfiguration: {
    when: {
      en: 'the posted configuration has problems; `errors` lists all of them with JSON pointers',
      zh: '提交的配置有问题；`errors` 用 JSON 指针列出全部问题',
    },
    cure: { en: 'fix them and post again', zh: '改正后重新提交' },
  },
  InvalidRequest: {
    when: { en: 'a body, query or decision is not understood', zh: '无法理解请求内容、查询参数或处置' },
    cure: { en: 'read `errors`', zh: '查看 `errors`' },
  },
  InvalidRelease: {
    when: {
      en: 'a release is damaged, incomplete, or of a version the engine does not know; all problems are listed',
      zh: 'release 损坏、不完整，或是部署引擎不认识的版本；列出全部问题',
    },
    cure: {
      en: 'fetch what is missing (docs/offline-mirror.md), run `./local_build.sh --release RELEASE`',
      zh: '补齐缺少的内容（docs/offline-mirror.md），运行 `./local_build.sh --release RELEASE`',
    },
  },
  PackageCycle: {
    when: { en: 'packages of a release depend on each other in a circle', zh: 'release 的 package 循环依赖' },
    cure: { en: 'fix the release', zh: '修正 release' },
  },
  TemplateError: {
    when: { en: 'templates cannot be rendered; all failures are listed', zh: '有模板无法渲染；列出全部失败' },
    cure: { en: 'fix the properties or the release', zh: '修正属性或 release' },
  },
  Unauthorized: {
    when: {
      en: 'no token came, or one that is unknown, expired or revoked: nobody is told which',
      zh: '没有携带访问令牌，或令牌未知、已过期、已吊销：不说明是哪一种',
    },
    cure: {
      en: '`./DeploymentEngineServer token create --scope operator` on the control machine; send it as `Authorization: Bearer`',
      zh: '在控制机上运行 `./DeploymentEngineServer token create --scope operator`；以 `Authorization: Bearer` 携带',
    },
  },
  Forbidden: {
    when: {
      en: "the token's scope does not allow this; the message names the scope that does",
      zh: '访问令牌的权限范围不允许此操作；消息指明所需的权限范围',
    },
    cure: { en: 'use a token of that scope', zh: '换用有该权限范围的访问令牌' },
  },
  ConfigMissing: {
    when: { en: 'there is no configuration yet', zh: '还没有配置' },
    cure: { en: '`POST /deployment-engine/config`', zh: '`POST /deployment-engine/config`' },
  },
  NotActivated: {
    when: {
      en: 'no activated serial is good for this release, or still valid',
      zh: '没有适用于此 release 且仍有效的已激活序列号',
    },
    cure: { en: '`POST /activation` (docs/activation.md)', zh: '`POST /activation`（docs/activation.md）' },
  },
  DeploymentLimitReached: {
    when: {
      en: 'the deployments of every serial that would be good for this release are used up',
      zh: '适用于此 release 的序列号的部署次数都已用完',
    },
    cure: { en: 'activate a new serial', zh: '激活新的序列号' },
  },
  ForeignOrigin: {
    when: {
      en: 'another web page, an unknown host name, or a proxy that the settings do not name, sent the request',
      zh: '请求来自其他网页、未知的主机名，或设置中没有列出的代理',
    },
    cure: {
      en: '`DEPLOYMENT_ENGINE_ORIGINS`, `DEPLOYMENT_ENGINE_NAMES`, `DEPLOYMENT_ENGINE_TLS`, `DEPLOYMENT_ENGINE_PROXIES`',
      zh: '`DEPLOYMENT_ENGINE_ORIGINS`、`DEPLOYMENT_ENGINE_NAMES`、`DEPLOYMENT_ENGINE_TLS`、`DEPLOYMENT_ENGINE_PROXIES`',
    },
  },
  RunNotFound: {
    when: { en: 'there is no run with that number', zh: '没有该编号的任务' },
    cure: { en: '`GET /deployment-engine/runs`', zh: '`GET /deployment-engine/runs`' },
  },
  LogNotFound: {
    when: {
      en: 'the name is not in the list of logs, its instance is not installed, or no stream is called so',
      zh: '名称不在日志列表中、其组件实例未安装，或没有该日志流',
    },
    cure: { en: '`GET /deployment-engine/download`', zh: '`GET /deployment-engine/download`' },
  },
  RouteNotFound: {
    when: { en: 'there is no such path', zh: '没有此路径' },
    cure: { en: 'see the start page', zh: '查看首页' },
  },
  MethodNotAllowed: {
    when: {
      en: 'the path is known and takes other methods; `Allow` lists them',
      zh: '路径存在，但使用其他方法；`Allow` 列出这些方法',
    },
    cure: { en: 'use one of them', zh: '使用其中之一' },
  },
  RequestTimedOut: {
    when: {
      en: 'a request stopped in its middle: its headers did not come within 10 s, or all of it not within 30 s',
      zh: '请求中途停止：请求头未在 10 秒内到齐，或整个请求未在 30 秒内到齐',
    },
    cure: { en: 'send it again, whole', zh: '完整地重新发送' },
  },
  RunInProgress: {
    when: { en: 'another deploy, restart or stop is at work', zh: '另一次部署、重启或停止正在进行' },
    cure: { en: 'wait, or resolve or cancel that run', zh: '等待，或处置、取消该任务' },
  },
  DuplicateController: {
    when: {
      en: 'the node belongs to another engine: its id, its machine, since when; or a copy of this engine works on it from another machine',
      zh: '节点属于另一个部署引擎：指明其 id、机器和起始时间；或本部署引擎的副本在另一台机器上使用该节点',
    },
    cure: {
      en: 'stop that engine; when it is gone for good, `POST /hosts/adopt` (docs/operating.md), then deploy again',
      zh: '停止那个部署引擎；若它已不复存在，用 `POST /hosts/adopt`（docs/operating.md）接管，然后重新部署',
    },
  },
  ClaimDamaged: {
    when: {
      en: 'both files on the node that say whose it is are damaged, as after a power cut',
      zh: '节点上说明其归属的两个文件都已损坏，例如断电所致',
    },
    cure: {
      en: 'when no other engine works on it, `POST /hosts/adopt` (docs/operating.md), then deploy again',
      zh: '确认没有其他部署引擎使用它之后，用 `POST /hosts/adopt`（docs/operating.md）接管，然后重新部署',
    },
  },
  UnknownInstances: {
    when: {
      en: 'a node that nobody has claimed, or another engine, carries instances that this engine did not install: new passwords and certificates would not be theirs',
      zh: '无归属或属于另一部署引擎的节点上，有并非本部署引擎安装的组件实例：新的密码和证书与它们不符',
    },
    cure: {
      en: 'restore the backup of the data folder that they were installed from, or remove them (docs/operating.md, _The data folder is lost_)',
      zh: '恢复安装它们的数据目录的备份，或移除它们（docs/operating.md 的 _The data folder is lost_）',
    },
  },
  NothingParked: {
    when: {
      en: 'a decision came, and nothing (or not that target) waits for one',
      zh: '收到处置，但没有步骤（或该对象没有步骤）在等待处置',
    },
    cure: { en: '`GET /deployment-engine/runs/{n}`', zh: '`GET /deployment-engine/runs/{n}`' },
  },
  ConfirmationNeeded: {
    when: { en: 'instances with data would go or move', zh: '有数据的组件实例将被移除或迁移' },
    cure: {
      en: 'read the plan, repeat with `?confirm=` and its hash; docs/operating.md',
      zh: '查看部署计划，用 `?confirm=` 加上其哈希重新请求；见 docs/operating.md',
    },
  },
  Superseded: {
    when: {
      en: 'a newer run has been on this node; the fence refused the command',
      zh: '该节点上已有更新的任务；防护编号拒绝了命令',
    },
    cure: { en: 'nothing: the newer run goes on', zh: '无需处理：由新任务继续' },
  },
  RunEnded: {
    when: { en: 'a step or decision belongs to a run that is over', zh: '步骤或处置属于已结束的任务' },
    cure: { en: 'start a new run', zh: '开始新的任务' },
  },
  RevisionMismatch: {
    when: { en: '`If-Match` names another revision than the newest', zh: '`If-Match` 指明的不是最新的配置版本' },
    cure: { en: 'get the configuration again', zh: '重新获取配置' },
  },
  BodyTooLarge: {
    when: { en: 'a body has more than 1 MiB', zh: '请求内容超过 1 MiB' },
    cure: { en: 'send less', zh: '减少内容' },
  },
  RangeNotSatisfiable: {
    when: { en: 'a log has none of the bytes that a `Range` asks for', zh: '日志没有 `Range` 所要的字节' },
    cure: {
      en: '`Content-Range` of the answer says how long it is; `bytes=-1000` is its end',
      zh: '应答的 `Content-Range` 是日志的长度；`bytes=-1000` 为末尾部分',
    },
  },
  HeadersTooLarge: {
    when: { en: 'the headers of a request have more than 16 KiB', zh: '请求头超过 16 KiB' },
    cure: { en: 'send less', zh: '减少内容' },
  },
  TooManyRequests: {
    when: {
      en: "more ask for plans, preflights, hardware, components' own logs or renderings at the same time than are served at once, or many wrong tokens came from one address, or more than 10 activations in a minute; the request was not begun",
      zh: '同时请求部署计划、预检、硬件、组件自身日志或渲染的数量超过上限，或来自一个地址的错误访问令牌过多，或一分钟内激活超过 10 次；请求没有开始',
    },
    cure: { en: 'ask again after the seconds in `Retry-After`', zh: '在 `Retry-After` 的秒数之后重试' },
  },
  EngineDamaged: {
    when: {
      en: 'files of a packaged engine differ from its `MANIFEST.sha256`: `files` names the first 20, `count` says how many; only deploys are refused. Or the data folder is damaged: keys or database are not its own',
      zh: '安装包形式的部署引擎的文件与其 `MANIFEST.sha256` 不同：`files` 列出前 20 个，`count` 为总数；只拒绝部署。或数据目录损坏：密钥或数据库不属于它',
    },
    cure: {
      en: 'remove what is added, unpack the package again, run `./local_build.sh`, restart; or restore the data folder (docs/operating.md)',
      zh: '删除多出的文件，重新解包，运行 `./local_build.sh`，重启；或恢复数据目录（docs/operating.md）',
    },
  },
  NetworkDown: {
    when: {
      en: "none of the cluster's nodes answers; each address with its reason. Or the vendor's server gave no answer (`POST /activation`)",
      zh: '集群的节点都没有响应；列出每个地址的原因。或厂商的服务器没有应答（`POST /activation`）',
    },
    cure: { en: 'fix the network', zh: '修复网络' },
  },
  NoWorker: {
    when: { en: 'no worker answers', zh: '没有工作进程应答' },
    cure: { en: 'look at `data/log/worker.log`', zh: '查看 `data/log/worker.log`' },
  },
  StoreUnwritable: {
    when: {
      en: "the data folder's disk is full or faulty, or another process keeps the database locked; with PostgreSQL: it does not answer, only reads, has no space, or took too long",
      zh: '数据目录的磁盘已满或有故障，或另一进程锁定了数据库；使用 PostgreSQL 时：它没有响应、只读、没有空间，或用时过长',
    },
    cure: { en: 'free some space; runs go on by themselves', zh: '释放空间；任务会自行继续' },
  },
  NodeUnreachable: {
    when: { en: 'no SSH connection to the node can be made', zh: '无法与节点建立 SSH 连接' },
    cure: { en: 'fix the network, start the node; it goes on by itself', zh: '修复网络，启动节点；会自行继续' },
  },
  ConnectionLost: {
    when: {
      en: 'the connection broke while a command ran; the command may go on, and is met again',
      zh: '命令运行时连接中断；命令可能继续运行，之后会重新接上',
    },
    cure: { en: 'nothing', zh: '无需处理' },
  },
  CommandTimedOut: {
    when: { en: 'a look at the node took too long', zh: '查看节点用时过长' },
    cure: { en: "look at the node's load", zh: '检查节点的负载' },
  },
  PackageLockHeld: {
    when: {
      en: "another program (unattended-upgrades, somebody's apt) holds dpkg's lock; the message names it with its pid",
      zh: '其他程序（自动升级，或有人运行 apt）持有 dpkg 的锁；消息指明其名称和 pid',
    },
    cure: { en: 'nothing while it works; end it if it hangs', zh: '它在工作时无需处理；若已卡住则将其结束' },
  },
  AuthenticationFailed: {
    when: {
      en: 'no account let us in: the login or sudo refused, sudo wants a terminal, the account or its password has expired; with `adduser` 0 also: an account is missing, has expired, or has a shell that runs nothing',
      zh: '没有账户能登录：登录或 sudo 被拒绝、sudo 要求终端、账户或密码已过期；`adduser` 为 0 时还包括：缺少账户、账户已过期，或其 shell 不能执行命令',
    },
    cure: {
      en: 'fix `user`, `password`, `root`; allow `PermitRootLogin` for the first contact',
      zh: '修正 `user`、`password`、`root`；首次连接时允许 `PermitRootLogin`',
    },
  },
  HostKeyMismatch: {
    when: {
      en: 'the node shows another SSH host key than at first contact',
      zh: '节点出示的 SSH 主机密钥与首次连接时不同',
    },
    cure: {
      en: 'docs/operating.md, "A machine was replaced"; `GET /deployment-engine/hosts` shows both keys; `POST /hosts/{ip}/trust` accepts the new one',
      zh: 'docs/operating.md 的“A machine was replaced”；`GET /deployment-engine/hosts` 显示两个密钥；`POST /hosts/{ip}/trust` 接受新的密钥',
    },
  },
  DiskTooSmall: {
    when: { en: 'the disk of `/` is not larger than `disksize` GB', zh: '`/` 所在的磁盘不大于 `disksize` GB' },
    cure: {
      en: 'enlarge it, lower `disksize`, or set `checkdisk` to 0',
      zh: '扩大磁盘、调低 `disksize`，或将 `checkdisk` 设为 0',
    },
  },
  DiskFull: {
    when: {
      en: 'a file system of the node has no room (or no inodes) left; the message names it with its numbers; nothing half-written counts as done',
      zh: '节点的某个文件系统没有空间（或 inode）；消息指明是哪个及其数值；写了一半的内容不算完成',
    },
    cure: { en: 'free some space there; it goes on by itself', zh: '在那里释放空间；会自行继续' },
  },
  UnsupportedSystem: {
    when: {
      en: "no profile serves the node's operating system, or its packages are of another architecture than the mirror's",
      zh: '没有适用于节点操作系统的系统档案，或其架构与本地源的软件包不同',
    },
    cure: { en: 'install a supported one', zh: '安装受支持的系统' },
  },
  NodeUnfit: {
    when: {
      en: "the node's kernel or system cannot carry a component (containers, NFS, shared memory, limits, ports), or cannot be written (read-only, no `/dev/shm` in memory), root's work folder can start no program, or our key would be written through a link that is not root's; the message lists everything and the cure",
      zh: '节点的内核或系统不能运行某个组件（容器、NFS、共享内存、限制、端口），或无法写入（只读、内存中没有 `/dev/shm`），root 的工作目录不能启动程序，或部署引擎的密钥要经由不属于 root 的链接写入；消息列出全部原因和处理方法',
    },
    cure: {
      en: 'apply the cure, `retry`; see `docs/special-steps.md`',
      zh: '按处理方法处理，`retry`；见 `docs/special-steps.md`',
    },
  },
  ProgramMissing: {
    when: {
      en: 'a program that a special step needs is not there, because `installRuntimePackages` was skipped',
      zh: '缺少特殊组件安装所需的程序，因为跳过了 `installRuntimePackages`',
    },
    cure: {
      en: '`abort` or cancel the run, then deploy and do not skip it',
      zh: '`abort` 或取消任务，然后重新部署，不要跳过该步骤',
    },
  },
  RebootNeeded: {
    when: {
      en: 'what the node boots with was changed or differs from what runs; the engine never reboots by itself',
      zh: '节点的启动参数被更改，或与正在运行的不同；部署引擎从不自行重启节点',
    },
    cure: { en: 'reboot the node, `retry`', zh: '重启节点，`retry`' },
  },
  CertificateInvalid: {
    when: {
      en: "haproxy's certificate cannot be read, has expired, is for another domain, or has another key",
      zh: 'haproxy 的证书无法读取、已过期、属于其他域名，或密钥不符',
    },
    cure: { en: 'deploy again; report it if it stays', zh: '重新部署；若仍然如此，报告问题' },
  },
  CommandFailed: {
    when: {
      en: 'a command on a node failed; the message begins with the cause, the log has all of its words',
      zh: '节点上的命令失败；消息以原因开头，日志中有其全部输出',
    },
    cure: { en: 'read them, fix the cause, `retry`', zh: '查看输出，排除原因，`retry`' },
  },
  MirrorUnreadable: {
    when: {
      en: 'apt on a node got nothing from the offline mirror, asked directly; the message says what it met',
      zh: '直接查询时，节点上的 apt 无法从本地源获得内容；消息说明遇到的情况',
    },
    cure: {
      en: "let the node reach `home` and the mirror's port; see `data/log/mirror.log`",
      zh: '使节点能访问 `home` 和本地源的端口；见 `data/log/mirror.log`',
    },
  },
  StepNotConverged: {
    when: { en: 'the changes were carried out and the node still differs', zh: '更改已执行，节点仍不符合要求' },
    cure: { en: 'read the reasons it lists', zh: '查看其列出的原因' },
  },
  JobNotRunning: {
    when: {
      en: 'an instance does not come to run, or does not stop. The message begins with the cause: what its start program said, how that ended and how often, who holds its port, what it logged. Three failed starts, or three lives of less than half a minute before it was seen running, park the step at once; of one that is gone later `/status` tells',
      zh: '组件实例没有运行起来，或没有停止。消息以原因开头：启动程序说了什么、如何结束及次数、谁占用其端口、它记录了什么。启动失败三次，或在被看到运行之前三次运行都不足半分钟，立即挂起该步骤；之后才退出的由 `/status` 说明',
    },
    cure: {
      en: 'read on in the log of the instance, and in `/var/vcap/sys/log` on the node',
      zh: '查看该组件实例的日志，以及节点上的 `/var/vcap/sys/log`',
    },
  },
  ChecksumMismatch: {
    when: { en: 'a file did not arrive as it left', zh: '文件送达后与发送时不同' },
    cure: { en: 'retry; check the disk', zh: '重试；检查磁盘' },
  },
  NodeProtocolError: {
    when: {
      en: 'the runner on the node answers nonsense, or nobody has claimed the node',
      zh: '节点执行脚本的应答无法识别，或节点没有归属',
    },
    cure: { en: 'retry; a new deploy claims a node that nobody owns', zh: '重试；重新部署会声明无归属的节点' },
  },
  InvalidSettings: {
    when: { en: 'settings of the engine have problems; all are listed', zh: '部署引擎的设置有问题；列出全部问题' },
    cure: { en: '`./DeploymentEngineServer --help`', zh: '`./DeploymentEngineServer --help`' },
  },
  EnvironmentLacking: {
    when: { en: 'the machine lacks something; the message says what', zh: '控制机缺少某些条件；消息指明是什么' },
    cure: {
      en: 'do what it says, `retry` where a step is parked; exit code 3',
      zh: '按消息所述处理，若步骤挂起则 `retry`；退出码为 3',
    },
  },
  InternalError: {
    when: { en: 'the engine itself failed in a way nobody foresaw', zh: '部署引擎自身出现了未预料的错误' },
    cure: { en: 'look at the log it names, report it', zh: '查看消息指明的日志，报告问题' },
  },
};
