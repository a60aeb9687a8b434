/** Whose workflows, and where its workers take their tasks. */
export interface ClusterTasks {
  readonly cluster: string;
  readonly taskQueue: string;
}
