/** Of Temporal's 2,000 updates in one execution: what is left then is kept for decisions. */
export const UPDATES_FOR_ALL = 1_800;
/** Of Temporal's 51,200 events in one execution: what is left then is kept for decisions. */
export const EVENTS_FOR_ALL = 45_000;
