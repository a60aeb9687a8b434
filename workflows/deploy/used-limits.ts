import { workflowInfo } from '@temporalio/workflow';
import { EVENTS_FOR_ALL, UPDATES_FOR_ALL } from '../../domain/run/execution-limits.ts';
import { inOwnLanguage } from '../../domain/text/own-language.ts';
import type { ClusterStatus } from '../messages.ts';
import { engine } from '../proxies.ts';

/** Temporal limits an execution's updates and events; a reserve of both is kept for decisions. */
export class UsedLimits {
  #updates = 0;
  #isNoted = false;

  get counts(): ClusterStatus['used'] {
    return { updates: this.#updates, events: workflowInfo().historyLength };
  }

  countUpdate(run: number | undefined): void {
    this.#updates += 1;
    this.note(run);
  }

  /** Notes once in the run's log that only the reserve is left. */
  note(run: number | undefined): void {
    const { updates, events } = this.counts;
    if (this.#isNoted || run === undefined || (updates < UPDATES_FOR_ALL && events < EVENTS_FOR_ALL)) return;
    this.#isNoted = true;
    const used = updates < UPDATES_FOR_ALL ? `${events} of 51,200 events` : `${updates} of 2,000 updates`;
    const note = engine.noteLimit.executeWithOptions({ summary: inOwnLanguage('Say what is used up') }, [
      { run, used },
    ]);
    // The run goes on even if the note fails.
    note.catch(() => undefined);
  }
}
