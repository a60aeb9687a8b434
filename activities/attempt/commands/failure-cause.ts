const LONGEST = 300;

/** dpkg names the package on one line and its trouble on the next, and apt then only says that dpkg failed. */
const DPKG = /^dpkg: (?:error|unrecoverable).*(?:\n[ \t].*)?/m;
const APT = /^E: (?!Sub-process).*$/gm;
const CURL = /^curl: \(\d+\) .*$/gm;
/** The first error of a compiler or interpreter is the cause; those after it are consequences. */
const FIRST_ERROR = /^.*\b(?:fatal )?[Ee]rror: .*$|^.+\.rb:\d+:in .*$/m;
/** A line by itself is neither indented nor make's last line. */
const NOT_BY_ITSELF = /^(?:[ \t]|make(?:\[\d+\])?: |Makefile:)/;

/** The part of a failed program's last output that says why, in one line that fits a message; undefined without output. */
export function causeOf(output: string): string | undefined {
  const text = output.replaceAll('\r', '\n');
  const cause = first(text, DPKG) ?? last(text, APT) ?? last(text, CURL) ?? first(text, FIRST_ERROR) ?? lastLine(text);
  return inOneLine(cause ?? text) || undefined;
}

const first = (text: string, pattern: RegExp): string | undefined => pattern.exec(text)?.[0];

const last = (text: string, pattern: RegExp): string | undefined => text.match(pattern)?.at(-1);

/** The last line by itself; a heading together with what is listed under it. */
function lastLine(text: string): string | undefined {
  const lines = text.split('\n');
  const at = lines.findLastIndex((line) => line.trim() !== '' && !NOT_BY_ITSELF.test(line));
  const line = lines[at];
  if (line?.endsWith(':') !== true) return line;
  const below = lines.slice(at + 1);
  const end = below.findIndex((each) => !/^[ \t]+\S/.test(each));
  return [line, ...below.slice(0, end === -1 ? below.length : end)].join('\n');
}

/** What people are shown of a text; the log has all of it. */
export function inOneLine(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, ' ');
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1)}…`;
}
