import { continueAsNew } from '@temporalio/workflow';
import { inOwnLanguage } from '../domain/text/own-language.ts';
import { watch } from './proxies.ts';

/** Keeps the last status of every instance fresh; a day of looking, then a new history. */
export async function watchCluster(input: { readonly cluster: string }): Promise<void> {
  await watch.watchNodes.executeWithOptions({ summary: inOwnLanguage('Look at every node') }, []);
  await continueAsNew<typeof watchCluster>(input);
}
