import { look, processesOf } from './look.ts';
import { readWord, readWords } from './shell-words.ts';
import { type SimulatedNode, sha256 } from './simulated-node.ts';

interface Answer {
  readonly stdout: string;
  readonly exitCode: number;
}

const PART_END = /\n {0,20}printf '\\n%s %s\\n' /g;

/** What a read-only command prints there, several joined in one or not. */
export function answerCheck(node: SimulatedNode, text: string): Answer {
  const parts = partsOf(text);
  if (parts.length === 0) return { stdout: answerOne(node, text), exitCode: 0 };
  const answers = parts.map((part) => {
    const { stdout, exitCode } = answerCheck(node, part.text);
    return `${stdout}\n${part.end} ${exitCode}\n`;
  });
  return { stdout: [...answers, ...kept(node, text)].join(''), exitCode: 0 };
}

/** What the look keeps for the next one: some 600 bytes of each, about as much as with one instance. */
function kept(node: SimulatedNode, text: string): string[] {
  const marks = text.matchAll(/'(@@deployment-engine-known known_\w+)'/g);
  return [...marks].map(([, mark = '']) => `\n${mark}\n${`${sha256(node.address + mark)} `.repeat(9)}\n`);
}

/** Joined checks are each `(eval TEXT) ...` and a line that prints the mark of its end. */
function partsOf(text: string): { text: string; end: string }[] {
  const parts: { text: string; end: string }[] = [];
  for (let at = text.indexOf('(eval '); at !== -1;) {
    const { word, end } = readWord(text, at + '(eval '.length);
    PART_END.lastIndex = end;
    const match = PART_END.exec(text);
    if (match === null) break;
    const mark = readWord(text, match.index + match[0].length);
    parts.push({ text: word, end: mark.word });
    at = text.indexOf('(eval ', mark.end);
  }
  return parts;
}

const DISK_BYTES = 40_000_000_000;

function answerOne(node: SimulatedNode, text: string): string {
  const [, answer] = RESPONDERS.find(([sign]) => text.includes(sign)) ?? [];
  return (answer?.(node, text) ?? []).map((line) => `${line}\n`).join('');
}

const wordsBehind = (text: string, sign: string): readonly string[] => {
  const at = text.indexOf(sign);
  return at === -1 ? [] : readWords(text, at + sign.length);
};

function facts(node: SimulatedNode): readonly string[] {
  return [
    'system=debian-12',
    `hostname=node-${node.address.replaceAll('.', '-')}`,
    'kernel=6.1.0-18-amd64',
    'architecture=x86_64',
    'packages=amd64',
    'processors=4',
    'memoryKiB=8000000',
    `diskBytes=${DISK_BYTES}`,
    'bootId=5f0c9b8e-0000-4000-8000-000000000000-42',
    `clock=${Math.round(Date.now() / 1000)}`,
    'bootCommandLine=root=/dev/vda1 ro',
    'hasCgroups=yes',
    'lookup=found',
    ...(node.claim === undefined ? [] : ['hasRunner=yes']),
    ...claim(node),
  ];
}

const claim = (node: SimulatedNode): readonly string[] => [
  ...(node.claim === undefined ? [] : [`owner=${node.claim}`, `fence=${node.claim}`]),
  ...[...node.installed.keys()].map((name) => `instance=${name}`),
];

const GROUPS = 'vcap adm admin audio cdrom dialout dip floppy plugdev sudo video';

const accounts = (node: SimulatedNode): readonly string[] => [
  'account=vcap:5100:5100::/home/vcap:/bin/bash',
  'home=vcap',
  'runs=vcap',
  'uid-holder=vcap',
  'gid-holder=vcap',
  'group-id=5100',
  `groups=${GROUPS}`,
  'password=right',
  `today=${Math.floor(Date.now() / 86_400_000)}`,
  'ageing=vcap:19000:99999:',
  'ageing=root:19000:99999:',
  ...(node.prepared.has('ensureUser') ? ['key=yes'] : []),
];

const packages = (node: SimulatedNode, text: string): readonly string[] =>
  node.prepared.has('installRuntimePackages')
    ? wordsBehind(text, `'\${Package} \${Status}\\n' `).filter((word) => word !== '2')
    : [];

const builds = (_node: SimulatedNode, text: string): readonly string[] => [
  ...[...text.matchAll(/echo build=(\S+) "\$state"/g)].map(([, name]) => `build=${name} intact`),
  'usrBinRuby=yes',
];

const files = (node: SimulatedNode, text: string): readonly string[] =>
  wordsBehind(text, 'for file in ').flatMap((path) => {
    const known = node.files.get(path);
    return known === undefined ? [] : [`file=${known} ${path}`];
  });

const aptSources = (node: SimulatedNode, text: string): readonly string[] => [
  ...files(node, text),
  ...(node.prepared.has('swapAptSource') ? ['lists=yes'] : []),
];

const monit = (node: SimulatedNode, text: string): readonly string[] => [
  ...files(node, text),
  ...(node.prepared.has('installMonit') ? ['user=yes', 'boot=yes', 'running=yes'] : []),
];

const release = (node: SimulatedNode, text: string): readonly string[] => [
  ...files(node, text),
  ...(node.niseBosh === '' ? [] : [`niseBosh=${node.niseBosh}`]),
];

function installedFiles(node: SimulatedNode, text: string): readonly string[] {
  const name = /instances\/(\S+) 2>/.exec(text)?.[1] ?? '';
  const fingerprint = node.installed.get(name);
  return fingerprint === undefined ? [] : [`fingerprint=${fingerprint}`];
}

const startedProcesses = (node: SimulatedNode, text: string): readonly string[] => [
  `started=${node.started.get(/instances\/([^/\s]+)\/started/.exec(text)?.[1] ?? '') ?? ''}`,
  ...processes(node, text),
];

const processes = (node: SimulatedNode, text: string): readonly string[] => {
  const [name = ''] = wordsBehind(text, '/bin/instance status ');
  return processesOf(node, name);
};

type Responder = readonly [sign: string, answer: (node: SimulatedNode, text: string) => readonly string[]];

/** By words that only this check has; the first that fits answers. */
const RESPONDERS: readonly Responder[] = [
  ['{ look full ', (node, text) => look(node, wordsBehind(text, '{ look full '))],
  ['bootCommandLine=', facts],
  ['sized package', () => []],
  ['gid-holder=', accounts],
  ['dpkg-query -W', packages],
  ['usrBinRuby', builds],
  ['"$package.done"', (_node, text) => wordsBehind(text, 'for package in ')],
  ['echo "fingerprint=', installedFiles],
  ['echo "started=$started"', startedProcesses],
  ['/bin/instance status ', processes],
  ['echo "niseBosh=', release],
  ['/var/vcap/monit/monit.user ]', monit],
  ['_Packages; do', aptSources],
  ['lookup=${lookup', () => ['lookup=found']],
  ['/var/lib/deployment-engine/"$name"', claim],
  ['for file in ', files],
  ['disks_below', () => [String(DISK_BYTES)]],
];
