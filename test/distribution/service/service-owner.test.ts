import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { serviceOwner } from '../../../distribution/service/service-owner.ts';
import { serviceUnit } from '../../../distribution/service/service-unit.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

it('is known for the data folder of the installed service alone', () => {
  const unitFile = join(temporaryFolder(), 'deployment-engine.service');
  const service = { folder: '/opt/engine', user: 'nobody', dataDir: '/srv/data', cacheDir: '/c', keyFile: undefined };
  expect(serviceOwner('/srv/data', unitFile)).toBeUndefined();
  writeFileSync(unitFile, serviceUnit(service));
  expect(serviceOwner('/srv/data', unitFile)).toEqual({ uid: 65_534, gid: 65_534 });
  expect(serviceOwner('/srv/other', unitFile)).toBeUndefined();
});
