export { copyLog } from './copy-log.ts';
export { deployCluster } from './deploy/deploy-cluster.ts';
export { deployShard } from './shard/deploy-shard.ts';
export { inspectCluster } from './inspect-cluster.ts';
export { restartCluster, stopCluster } from './operate/operate-cluster.ts';
export { restartInstance, stopInstance } from './operate/operate-instance.ts';
export { prepareNode } from './deploy/prepare-cluster.ts';
export { removeInstance, updateInstance } from './deploy/update-cluster.ts';
export { watchCluster } from './watch-cluster.ts';
