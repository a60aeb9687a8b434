import { statfs } from 'node:fs/promises';
import { Counter, Gauge, Registry } from 'prom-client';
import { nextSerial } from '../../domain/activation/next-serial.ts';
import { left } from '../../domain/activation/serial.ts';
import { isBuildClaim, OPERATIONS } from '../../domain/plan/plan.ts';
import { OUTCOMES } from '../../domain/run/run.ts';
import type { Store } from '../../store/store.ts';
import type { ApiDependencies } from '../api-dependencies.ts';
import { type Look, LOOKS_WITHIN_MS } from '../routes/alive.ts';
import { currentRun } from '../temporal/settle-run.ts';
import { within } from '../within.ts';
import { fillingFolders } from './filling-folders.ts';
import { lastLook, STATES } from './last-look.ts';

type Measured = Pick<ApiDependencies, 'clock' | 'cluster' | 'readers' | 'releaseName' | 'settings'> & {
  readonly store: Pick<Store, 'claims' | 'log' | 'runs' | 'serials'> & Parameters<typeof lastLook>[0];
};

/** What takes longer cannot be had now. A look is over before, and all of it within the ten seconds that Prometheus waits. */
const MEASURED_WITHIN_MS = LOOKS_WITHIN_MS + 1_000;

/**
 * What the gateway tells Prometheus. What it reads from the store and asks of Temporal is the same at every gateway of a
 * cluster; `deployment_engine_http_*` and `process_*` are its own. What cannot be had now is left out: `deployment_engine_up`
 * says why.
 */
export function createGatewayMetrics(
  measured: Measured,
  look: () => Promise<Look>,
  withinMs = MEASURED_WITHIN_MS,
): Registry {
  const { store, cluster, readers, settings, clock, releaseName } = measured;
  const registry = new Registry();
  const statuses = sharing(() => lastLook(store, clock()));
  // One that Temporal or a person has ended counts, also where nobody else asks for it.
  const endedRuns = async () => {
    await within(withinMs / 2, currentRun({ store, cluster }), undefined).catch(() => undefined);
    return store.runs.counts();
  };
  gauge('up', 'Whether a part of the engine answers (1) or not (0)', ['part'], async (set) => {
    const { problem, temporal, worker } = await look();
    set(Number(problem === undefined), { part: 'store' });
    set(Number(temporal), { part: 'temporal' });
    set(Number(worker), { part: 'worker' });
  });
  new Counter({
    name: 'deployment_engine_runs_total',
    help: 'Runs that have ended, by operation and outcome',
    labelNames: ['operation', 'outcome'],
    registers: [registry],
    async collect() {
      const known = await within(withinMs, endedRuns(), undefined).catch(() => undefined);
      this.reset();
      if (known === undefined) return;
      // A series that begins with its first run has not increased: nobody would be told of that run.
      for (const operation of OPERATIONS) for (const outcome of OUTCOMES) this.inc({ operation, outcome }, 0);
      for (const { operation, outcome, count } of known)
        if (outcome !== undefined) this.inc({ operation, outcome }, count);
    },
  });
  gauge('parked', 'Nodes and instances that wait for a decision now', [], async (set) => {
    // To answer for one that has ended a worker would have to replay its whole history.
    if ((await store.runs.open()) === undefined) return set(0);
    const status = await cluster.status();
    if (status !== undefined) set(status.parked.length);
  });
  gauge('unreachable_nodes', 'Nodes with something installed that did not answer the last look', [], async (set) => {
    const { rows } = await statuses();
    if (rows === undefined) return;
    const byNode = Map.groupBy(
      rows.filter(({ isInstalled }) => isInstalled),
      ({ address }) => address,
    );
    set([...byNode.values()].filter((own) => own.every(({ isReached }) => !isReached)).length);
  });
  gauge('instances', 'Instances by what the last look saw', ['state'], async (set) => {
    const { rows } = await statuses();
    if (rows === undefined) return;
    for (const state of STATES) set(rows.filter((row) => row.state === state).length, { state });
  });
  gauge('last_look_age_seconds', 'How long ago an instance was last looked at', [], async (set) => {
    const { ageSeconds } = await statuses();
    if (ageSeconds !== undefined) set(ageSeconds);
  });
  gauge('builds_in_progress', 'Ruby, packages and other artefacts that a node builds now for all', [], async (set) =>
    set((await store.claims.held()).filter(isBuildClaim).length),
  );
  gauge('serial_deploys_left', 'Deploys that are left on the serial of the next one', [], async (set) => {
    const { serial, reason } = nextSerial(await store.serials.all(), await releaseName(), clock());
    set(serial === undefined || reason !== undefined ? 0 : left(serial));
  });
  gauge('disk_free_bytes', 'Free space where the engine keeps its data and its cache', ['folder'], async (set) => {
    for (const [folder, path] of fillingFolders(settings)) {
      const { bavail, bsize } = await statfs(path);
      set(bavail * bsize, { folder });
    }
  });
  gauge('log_readers', 'Readers of the log over WebSocket', [], async (set) => set(readers.count()));
  gauge('log_reader_lag_lines', 'Lines that the slowest of these readers has not been sent yet', [], async (set) =>
    set(await readers.lag(store.log)),
  );
  return registry;

  function gauge(
    name: string,
    help: string,
    labelNames: string[],
    measure: (set: (value: number, labels?: Record<string, string>) => void) => Promise<void>,
  ): void {
    new Gauge({
      name: `deployment_engine_${name}`,
      help,
      labelNames,
      registers: [registry],
      async collect() {
        this.reset();
        // A gauge without labels would say 0 now.
        if (labelNames.length === 0) this.remove();
        let isOver = false;
        const set = (value: number, labels = {}) => {
          if (!isOver) this.set(labels, value);
        };
        await within(withinMs, measure(set), undefined).catch(() => undefined);
        isOver = true;
      },
    });
  }
}

/** Figures of one scrape are collected at the same time: who asks while somebody reads gets the same. */
function sharing<Found>(read: () => Promise<Found>): () => Promise<Found> {
  let reading: Promise<Found> | undefined;
  return () => (reading ??= read().finally(() => (reading = undefined)));
}
