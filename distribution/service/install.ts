import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { Command } from 'commander';
import { SETTINGS } from '../../domain/schemas/settings-table.ts';
import { inOwnLanguage } from '../../domain/text/own-language.ts';
import { phrase } from '../../domain/text/text.ts';
import { ENGINE_FOLDER } from '../packaged.ts';
import { comparedSettings } from './compared-settings.ts';
import { installedSettings } from './installed-settings.ts';
import { refuseUnreadableFolder } from './refuse-unreadable-folder.ts';
import { serviceDefaults } from './service-defaults.ts';
import { giveTo, refuseForeignFolders } from './service-folders.ts';
import { ENVIRONMENT_FILE, type Service, serviceUnit, UNIT_NAME } from './service-unit.ts';
import { carryOut, refuseWithoutSystemd, run, serviceImpossible, UNIT_FILE } from './systemd.ts';

// Called by `./DeploymentEngineServer install-service`. A second run updates the installed service.

const FOLDER = resolve(ENGINE_FOLDER);

interface Options {
  readonly user: string;
  readonly dataDir?: string;
  readonly cacheDir: string;
  readonly keyFile?: string;
  readonly print: boolean;
}

function readArguments(): Omit<Service, 'folder'> & { readonly print: boolean } {
  const { dataDir, keyFile } = SETTINGS;
  const kept = serviceDefaults(FOLDER, { givenCache: process.env[SETTINGS.cacheDir.variable] });
  const options = new Command('./DeploymentEngineServer install-service')
    .description(
      `Has systemd start the engine at boot and whenever it ends, as an account of its own. What is installed keeps its options. Other settings go to ${ENVIRONMENT_FILE}.`,
    )
    .option('--user <name>', 'account that the engine runs as; made where it is missing', kept.user)
    .option('--data-dir <folder>', `${dataDir.description} (default: that of the installed service)`)
    .option('--cache-dir <folder>', 'folder of mirror and downloads', kept.cacheDir)
    .option('--key-file <file>', `${keyFile.description}; root alone needs to read it`, kept.keyFile)
    .option('--print', 'only print the unit', false)
    .helpOption('--help', 'show this')
    .exitOverride()
    .parse()
    .opts<Options>();
  return { ...options, keyFile: options.keyFile, dataDir: options.dataDir ?? kept.dataDir() };
}

function serviceOf({ user, dataDir, cacheDir, keyFile }: Omit<Service, 'folder'>): Service {
  const service = {
    folder: FOLDER,
    user,
    dataDir: resolve(dataDir),
    cacheDir: resolve(cacheDir),
    keyFile: keyFile === undefined ? undefined : resolve(keyFile),
  };
  const strange = Object.values(service).find((value) => value !== undefined && !/^[\w./@+-]+$/.test(value));
  if (strange !== undefined)
    throw serviceImpossible(
      phrase('systemd would read {value} in another way: use letters, digits and ./-_@+', {
        value: JSON.stringify(strange),
      }),
    );
  return service;
}

function install(service: Service): void {
  refuseWithoutSystemd();
  // Whatever root's own is: the account passes through the folders made here, and other commands read the unit.
  process.umask(0o022);
  const before = installedSettings();
  refuseForeignFolders(service, before);
  const { user, dataDir, cacheDir } = service;
  if (spawnSync('getent', ['passwd', user]).status !== 0)
    run(
      'useradd',
      '--system',
      '--user-group',
      '--no-create-home',
      '--home-dir',
      dataDir,
      '--shell',
      '/usr/sbin/nologin',
      user,
    );
  refuseUnreadableFolder(service);
  const isRunning = spawnSync('systemctl', ['is-active', '--quiet', UNIT_NAME]).status === 0;
  if (isRunning) run('systemctl', 'stop', UNIT_NAME);
  for (const folder of [dataDir, cacheDir]) giveTo(user, folder);
  if (!existsSync(ENVIRONMENT_FILE)) writeFileSync(ENVIRONMENT_FILE, environmentText(), { mode: 0o600 });
  writeFileSync(UNIT_FILE, serviceUnit(service));
  chmodSync(UNIT_FILE, 0o644);
  run('systemctl', 'daemon-reload');
  run('systemctl', 'enable', '--now', UNIT_NAME);
  const unit = UNIT_NAME;
  const done = isRunning
    ? phrase('{unit} is started anew, and starts at boot:', { unit })
    : phrase('{unit} is installed and started, and starts at boot:', { unit });
  const lines = [
    done,
    ...comparedSettings(service, before),
    phrase('  settings {file}; then systemctl restart {unit}', { file: ENVIRONMENT_FILE, unit }),
    phrase('  words    journalctl -u {unit}, and {folder}', { unit, folder: join(dataDir, 'log') }),
  ];
  console.log(lines.map(inOwnLanguage).join('\n'));
}

function environmentText(): string {
  const program = join(FOLDER, 'DeploymentEngineServer');
  const text = phrase('Settings of the Deployment Engine, one NAME=value a line; {program} --help lists them.', {
    program,
  });
  return `# ${inOwnLanguage(text)}\n`;
}

carryOut(() => {
  const { print, ...options } = readArguments();
  const service = serviceOf(options);
  if (print) process.stdout.write(serviceUnit(service));
  else install(service);
});
