import { phrase, type Text } from '../text/text.ts';

// The renderer is Ruby and speaks English alone: its sentences are known again here, so that they can be said in the caller's
// language. Ruby's own words inside them stay.

const WHOLE = [
  'is missing in the job archive',
  'takes too much memory',
  'ended before its time',
  'runs a command of the node',
  'looks at a file of the node',
  'uses the network of the node',
  'asks for the host name of the node',
  'asks for the addresses of the node',
  'looks at the environment of the node',
  'looks at the accounts of the node',
  'looks at the machine of the node',
  'does what only a node can',
  'starts a thread',
  "BOSH's templates know no trim mode: write %> instead of -%>, and <% instead of <%-",
] as const;

/** The first that fits counts. */
const SENTENCES: readonly (readonly [RegExp, (first: string, second: string) => Text])[] = [
  [
    /^(.+): what that gives is known only there$/,
    (question) => phrase('{question}: what that gives is known only there', { question: saidByRenderer(question) }),
  ],
  [
    /^([^]+): perhaps only here, where the file is left out$/,
    (what) => phrase('{what}: perhaps only here, where the file is left out', { what: saidByRenderer(what) }),
  ],
  [/^property (.+) is not set$/, (name) => phrase('property {name} is not set', { name })],
  [
    /^property (\S+) must be a mapping, as (.+) can be set below it$/,
    (name, below) => phrase('property {name} must be a mapping, as {below} can be set below it', { name, below }),
  ],
  [/^is not ruby: ([^]+)$/, (why) => phrase('is not ruby: {why}', { why })],
  [/^undefined name (.+)$/, (name) => phrase('undefined name {name}', { name })],
  [/^undefined method (.+)$/, (name) => phrase('undefined method {name}', { name })],
  [
    /^BOSH's templates know no trim mode: write %> instead of -%>, and <% instead of <%- \(lines ([\d, ]+)\)$/,
    (lines) =>
      phrase("BOSH's templates know no trim mode: write %> instead of -%>, and <% instead of <%- (lines {lines})", {
        lines,
      }),
  ],
  [/^fails with (.+)$/, (why) => phrase('fails with {why}', { why })],
  [/^takes more than (\S+) s$/, (seconds) => phrase('takes more than {seconds} s', { seconds })],
];

/** A sentence of the renderer for callers of any language; what is not known stays as it is. */
export function saidByRenderer(message: string): Text {
  const whole = WHOLE.find((each) => each === message);
  if (whole !== undefined) return phrase(whole);
  for (const [pattern, text] of SENTENCES) {
    const [, first = '', second = ''] = pattern.exec(message) ?? [];
    if (first !== '') return text(first, second);
  }
  return message;
}
