import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

/** `bundle-workflows.ts FILE LANGUAGE` bundles the workflows into a file, which appears when it is whole. */
const WORKFLOWS = join(import.meta.dirname, '../workflows');

const [file = '', language] = process.argv.slice(2);
const { code } = await bundleWorkflowCode({
  workflowsPath: join(WORKFLOWS, 'index.ts'),
  workflowInterceptorModules: language === 'zh' ? [join(WORKFLOWS, 'in-chinese.ts')] : [],
  logger: new DefaultLogger('WARN'),
});
writeFileSync(`${file}.${process.pid}`, code);
renameSync(`${file}.${process.pid}`, file);
