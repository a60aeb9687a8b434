import type { Migration } from 'kysely/migration';
import { first } from './0001-first.ts';
import { inspections } from './0002-inspections.ts';
import { logCopies } from './0004-log-copies.ts';
import { stepWork } from './0005-step-work.ts';
import { installedInstances } from './0006-installed-instances.ts';
import { silentSince } from './0007-silent-since.ts';
import { shownHostKeys } from './0008-shown-host-keys.ts';
import { agreedRemovals } from './0009-agreed-removals.ts';
import { callers } from './0010-callers.ts';
import { serials } from './0011-serials.ts';
import { adoptions } from './0012-adoptions.ts';
import { runsBySerial } from './0013-runs-by-serial.ts';
import { engineMachines } from './0014-engine-machines.ts';
import { workerRequirements } from './0015-worker-requirements.ts';
import { planVersions } from './0016-plan-versions.ts';
import { claimedNodes } from './0017-claimed-nodes.ts';
import type { ColumnTypes } from './column-types.ts';

/** All migrations, in order of name. A released one never changes. */
export const migrations = (types: ColumnTypes): Record<string, Migration> => ({
  '0001-first': first(types),
  '0002-inspections': inspections,
  '0004-log-copies': logCopies,
  '0005-step-work': stepWork(types),
  '0006-installed-instances': installedInstances,
  '0007-silent-since': silentSince,
  '0008-shown-host-keys': shownHostKeys,
  '0009-agreed-removals': agreedRemovals,
  '0010-callers': callers,
  '0011-serials': serials,
  '0012-adoptions': adoptions,
  '0013-runs-by-serial': runsBySerial,
  '0014-engine-machines': engineMachines,
  '0015-worker-requirements': workerRequirements,
  '0016-plan-versions': planVersions,
  '0017-claimed-nodes': claimedNodes,
});
