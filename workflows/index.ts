export { copyLog } from './copy-log.ts';
export { deployCluster } from './deploy/deploy-cluster.ts';
export { inspectCluster } from './inspect-cluster.ts';
export { restartCluster, stopCluster } from './operate/operate-cluster.ts';
export { restartInstance, stopInstance } from './operate/operate-instance.ts';
export { prepareNode } from './deploy/prepare-node.ts';
export { removeInstance } from './deploy/remove-instance.ts';
export { updateInstance } from './deploy/update-instance.ts';
export { watchCluster } from './watch-cluster.ts';
