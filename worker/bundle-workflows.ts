import { dirname, join } from 'node:path';
import process from 'node:process';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { writeDurably } from '../mirror/blobs/durable-file.ts';
import { sweepUnfinished } from '../mirror/blobs/sweep.ts';

/** `bundle-workflows.ts FILE LANGUAGE` bundles the workflows into a file, which appears when it is whole. */
const WORKFLOWS = join(import.meta.dirname, '../workflows');

const [file = '', language] = process.argv.slice(2);
const { code } = await bundleWorkflowCode({
  workflowsPath: join(WORKFLOWS, 'index.ts'),
  workflowInterceptorModules: language === 'zh' ? [join(WORKFLOWS, 'in-chinese.ts')] : [],
  logger: new DefaultLogger('WARN'),
});
// Workers of several containers share the folder, and may bundle at the same time under the same process id.
await writeDurably(file, code);
// Another one may be sweeping too; whatever is left is of no use to anybody, and in nobody's way.
await sweepUnfinished(dirname(file)).catch(() => undefined);
