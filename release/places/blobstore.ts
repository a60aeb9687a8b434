import { z } from 'zod';
import type { Problem } from '../../domain/errors.ts';
import { optional, optionalText } from '../index/release-index.ts';
import { checkedTexts } from '../index/release-yaml.ts';

/** Options that say where a blobstore is; others may be secret keys. */
const WHERE = ['bucket_name', 'container_name', 'endpoint', 'host', 'region', 'blobstore_path'];

const finalConfiguration = z.object({
  blobstore: optional(
    z.object({ provider: optionalText, options: optional(z.record(z.string(), z.unknown()), {}) }).optional(),
    undefined,
  ),
});

/** Describes the release's blobstore, from `config/final.yml`, for messages. */
export function blobstoreOf(text: string): { readonly blobstore: string | undefined; readonly problems: Problem[] } {
  const { value, problems } = checkedTexts(finalConfiguration, text, { file: 'config/final.yml', pointer: '' });
  const { provider, options = {} } = value?.blobstore ?? {};
  const where = WHERE.flatMap((key) => (typeof options[key] === 'string' ? [`${key} ${options[key]}`] : []));
  const words = [...(provider === undefined ? [] : [`provider ${provider}`]), ...where];
  return { blobstore: words.length === 0 ? undefined : words.join(', '), problems };
}
