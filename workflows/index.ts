export { copyLog } from './copy-log.ts';
export { deployCluster } from './deploy-cluster.ts';
export { inspectCluster } from './inspect-cluster.ts';
export { restartCluster, stopCluster } from './operate-cluster.ts';
export { restartInstance, stopInstance } from './operate-instance.ts';
export { prepareNode } from './prepare-node.ts';
export { removeInstance } from './remove-instance.ts';
export { updateInstance } from './update-instance.ts';
export { watchCluster } from './watch-cluster.ts';
