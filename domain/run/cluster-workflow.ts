/** The id is the lock: deploy, restart and stop of one cluster all run under it. */
export const clusterWorkflowId = (cluster: string): string => `cluster/${cluster}`;
