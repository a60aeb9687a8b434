import { z } from 'zod';
import type { Manifest } from '../../domain/manifest/manifest.ts';

// What renderer and child say to each other, in lines of JSON. The first line that the child gets holds the jobs, every
// other one an instance. It says when it is ready for jobs and when for instances, answers instances in their order and
// tells before each template which one is next.

/** A text, or the bytes of what is no UTF-8. */
const fileContent = z.union([z.string(), z.object({ base64: z.string() })]);

export type FileContent = z.output<typeof fileContent>;

/** Files of a job's archive: path in the archive to text. */
export type JobTexts = Readonly<Record<string, FileContent>>;

/** The child's first line. */
export interface JobsToRead {
  readonly jobs: Readonly<Record<string, JobTexts>>;
  /** Reads all of them at once; otherwise each when an instance needs it. */
  readonly ahead: boolean;
}

/** An instance to be rendered. */
export interface RenderInput {
  readonly manifest: Manifest;
  /** Name of the instance group in the manifest. */
  readonly instance: string;
  readonly index: number;
  readonly address: string;
}

const failure = z.object({
  job: z.string(),
  template: z.string(),
  line: z.number().nullable(),
  property: z.string().nullable(),
  message: z.string(),
});

const answer = z.union([
  z.object({
    /** What templates see as `spec`, without properties. */
    spec: z.record(z.string(), z.unknown()),
    /** Job to path to text; the monit entry has the path `monit`. */
    jobs: z.record(z.string(), z.record(z.string(), fileContent)),
    /** What only the node can tell. A template that cannot do without has no text above. */
    warnings: z.array(failure),
  }),
  z.object({ failures: z.array(failure) }),
  /** What is wrong before any template is looked at. */
  z.object({ error: z.string() }),
]);

/** `hasDied`: the child ended while it rendered, which may have had a cause outside. */
export type RenderAnswer = z.output<typeof answer> & { readonly hasDied?: true };

const message = z.union([
  z.object({ ready: z.literal(true) }),
  z.object({ answer }),
  z.object({ at: z.tuple([z.string(), z.string()]) }),
  /** A template has changed ruby: the instances after it need another child. */
  z.object({ spent: z.literal(true) }),
  /** The child's last message. */
  z.object({ died: z.string() }),
]);

/** Undefined for a partial line, which a killed child leaves. */
export function parseChildMessage(line: string): z.output<typeof message> | undefined {
  try {
    return message.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
