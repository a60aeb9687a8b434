export { copyLog } from './copy-log.ts';
export { deployCluster } from './deploy-cluster.ts';
export { inspectCluster } from './inspect-cluster.ts';
export { prepareNode } from './prepare-node.ts';
export { updateInstance } from './update-instance.ts';
export { watchCluster } from './watch-cluster.ts';
