export const UNIT_NAME = 'deployment-engine.service';

export interface Service {
  /** Where the engine is unpacked. */
  readonly folder: string;
  /** The account that it runs as. */
  readonly user: string;
  readonly dataDir: string;
  readonly cacheDir: string;
  /** Of the master key; read by root alone. */
  readonly keyFile: string | undefined;
}

/** The operator's settings of the engine, one `NAME=value` per line. */
export const ENVIRONMENT_FILE = '/etc/default/deployment-engine';

/** Longer than the engine's own time-outs, so that an orderly stop is never killed. */
const STOP_SECONDS = 20;

/** The systemd unit of the engine: started at boot and when it has ended, stopped in order, and sandboxed. */
export const serviceUnit = ({ folder, user, dataDir, cacheDir, keyFile }: Service): string => `[Unit]
Description=Deployment Engine
Documentation=file://${folder}/docs/operating.md
Wants=network-online.target
After=network-online.target
# Without their disk the folders would be empty: it would begin as another engine.
RequiresMountsFor=${folder} ${dataDir} ${cacheDir}
# It waits for a network, a disk or a port as long as it takes.
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart=${folder}/DeploymentEngineServer
WorkingDirectory=${folder}
User=${user}
Environment=DEPLOYMENT_ENGINE_DATA_DIR=${dataDir}
Environment=DEPLOYMENT_ENGINE_CACHE_DIR=${cacheDir}
EnvironmentFile=-${ENVIRONMENT_FILE}
${keyFile === undefined ? '' : keyLines(keyFile)}Restart=always
RestartSec=2
# Wrong settings stay wrong.
RestartPreventExitStatus=2
# The engine stops its programs in order; whatever is left then is killed with it.
KillMode=mixed
TimeoutStopSec=${STOP_SECONDS}
# Each node, reader and program of its own is an open file.
LimitNOFILE=65536

# It writes to two folders and reads its own; it needs no right of root's, no device and no other user's files.
ProtectSystem=strict
ReadWritePaths=${dataDir} ${cacheDir}
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
UMask=0077
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
RestrictSUIDSGID=yes
ProtectProc=invisible
ProtectClock=yes
ProtectHostname=yes
ProtectControlGroups=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
RestrictNamespaces=yes
RestrictRealtime=yes
LockPersonality=yes
RemoveIPC=yes
KeyringMode=private
# Nodes by SSH, its own programs by TCP on this machine; netlink names this machine's addresses.
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged
# setpriv, by which the engine's programs end with it, drops what it does not have.
SystemCallFilter=capset
SystemCallErrorNumber=EPERM
# MemoryDenyWriteExecute must stay off: V8 writes the code that it runs.

[Install]
WantedBy=multi-user.target
`;

// Its place by name: %d means nothing to a systemd before 251.
const keyLines = (keyFile: string): string => `LoadCredential=master-key:${keyFile}
Environment=DEPLOYMENT_ENGINE_KEY_FILE=/run/credentials/${UNIT_NAME}/master-key
`;
