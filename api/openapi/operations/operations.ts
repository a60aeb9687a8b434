import type { Operations } from '../operation.ts';
import { CONFIGURATION_OPERATIONS } from './configuration.ts';
import { DEPLOY_OPERATIONS } from './deploys.ts';
import { CALLER_OPERATIONS, ENGINE_OPERATIONS } from './engine.ts';
import { INSTANCE_OPERATIONS } from './instances.ts';
import { LOG_OPERATIONS } from './logs.ts';
import { NODE_OPERATIONS } from './nodes.ts';
import { PAGE_OPERATIONS } from './pages.ts';

const underPrefix = (operations: Operations): Operations =>
  Object.fromEntries(
    Object.entries(operations).map(([key, operation]) => [key.replace(' ', ' /deployment-engine'), operation]),
  );

/** Every operation, by method and path as the table of routes spells them. */
export const OPERATIONS: Operations = {
  ...underPrefix({
    ...CONFIGURATION_OPERATIONS,
    ...DEPLOY_OPERATIONS,
    ...INSTANCE_OPERATIONS,
    ...LOG_OPERATIONS,
    ...NODE_OPERATIONS,
    ...ENGINE_OPERATIONS,
    ...CALLER_OPERATIONS,
  }),
  ...PAGE_OPERATIONS,
};
