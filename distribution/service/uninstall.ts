import { existsSync, rmSync } from 'node:fs';
import { Command } from 'commander';
import { inOwnLanguage } from '../../domain/text/own-language.ts';
import { phrase } from '../../domain/text/text.ts';
import { ENVIRONMENT_FILE, UNIT_NAME } from './service-unit.ts';
import { carryOut, refuseWithoutSystemd, run, UNIT_FILE } from './systemd.ts';

// Called by `./DeploymentEngineServer uninstall-service`.

carryOut(() => {
  new Command('./DeploymentEngineServer uninstall-service')
    .description(`Stops the engine's service and removes it. Data, cache, account and ${ENVIRONMENT_FILE} stay.`)
    .helpOption('--help', 'show this')
    .exitOverride()
    .parse();
  refuseWithoutSystemd();
  const unit = UNIT_NAME;
  if (!existsSync(UNIT_FILE)) return console.log(inOwnLanguage(phrase('{unit} is not installed', { unit })));
  run('systemctl', 'disable', '--now', UNIT_NAME);
  rmSync(UNIT_FILE);
  run('systemctl', 'daemon-reload');
  console.log(
    inOwnLanguage(
      phrase('{unit} is stopped and removed; data, cache, account and settings are where they were', { unit }),
    ),
  );
});
