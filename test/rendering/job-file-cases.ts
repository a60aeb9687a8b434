// What is wrong with a job.MF, and what is not.

const TEMPLATES = 'templates: {t: out}\n';
const bytes = (text: string): { readonly base64: string } => ({
  base64: Buffer.from(text, 'latin1').toString('base64'),
});

export const REFUSED: readonly [what: string, file: string | { readonly base64: string }, refusal: string | RegExp][] =
  [
    ['is no YAML', 'name: a\ntemplates: [\n', /^line 3: is not readable YAML: /],
    ['has a tab', 'name: a\n\tpackages: []\n', /^line 1: is not readable YAML: found a tab/],
    ['is no UTF-8', bytes('name: a\n# caf\xe9\n'), /^line \d*: is not readable YAML: .*UTF-8/],
    ['holds an object', 'name: a\nproperties: {k: {default: !ruby/object:Object {}}}\n', /^line 2: is not plain YAML/],
    ['holds an expression', 'name: a\nproperties:\n  k: {default: !ruby/regexp /x/}\n', /^line 3: is not plain YAML/],
    ['is empty', '', 'line : must be a mapping with the keys name, templates and packages, not nothing'],
    ['is a list', '- a\n', 'line : must be a mapping with the keys name, templates and packages, not a list'],
    [
      'lists its templates',
      'name: a\ntemplates: [a]\n',
      'line 2: templates must be a mapping from source to target, such as ctl.erb: bin/ctl',
    ],
    ['names one package', 'name: a\npackages: ruby\n', 'line 2: packages must be a list of names'],
    ['numbers a package', 'name: a\npackages: [1.9]\n', 'line 2: packages must be a list of names'],
    ['lists its properties', 'name: a\nproperties: [k]\n', /^line 2: properties must be a mapping/],
    ['declares by a list', 'name: a\nproperties:\n  k: [1]\n', /^line 3: the declaration of k must be a mapping/],
    [
      'has an endless default',
      'name: a\nproperties:\n  b: {}\n  k.l: {default: .inf}\n',
      'line 4: the default of k.l is not a finite number: write a number, or a text in quotes',
    ],
    [
      'has a default that is no number',
      'name: a\nproperties: {k: {default: [{x: .NaN}]}}\n',
      /^line 2: the default of k/,
    ],
    [
      'has bytes for a default',
      'name: a\nproperties:\n  k: {default: !binary "6Q=="}\n',
      /^line 3: the default of k is not UTF-8: write it as base64/,
    ],
    [
      'contains itself',
      'name: a\nproperties:\n  k: {default: &a [*a]}\n',
      /^line \d*: .*(write texts, numbers, lists and mappings only|not plain YAML)/,
    ],
    [
      'has monit for a target',
      'name: a\ntemplates:\n  x.erb: monit\n',
      "line 3: has a template whose target is monit, the place of the job's monit entry: give it another target",
    ],
    ['hides that', 'name: a\ntemplates:\n  x.erb: ./monit\n', /^line 3: has a template whose target is monit/],
    ['leaves the folder', 'name: a\ntemplates:\n  x.erb: ../x\n', /^line 3: has a template target outside/],
  ];

export const TAKEN: readonly [what: string, file: string, template: string, out: string][] = [
  ['has two keys of one name', `name: a\nname: b\n${TEMPLATES}`, 'x', 'x'],
  [
    'says yes',
    `${TEMPLATES}properties: {k: {default: yes}, l: {default: y}}\n`,
    '<%= p("k") %> <%= p("l") %>',
    'true y',
  ],
  // As psych does; YAML means 750.
  ['counts in sixties', `${TEMPLATES}properties: {k: {default: 12:30}}\n`, '<%= p("k") %>', '45000'],
  ['separates thousands', `${TEMPLATES}properties: {k: {\n  default: 1_000}}\n`, '<%= p("k") %>', '1000'],
  ['uses symbols', `${TEMPLATES}properties:\n  k:\n    default: :s\n`, '<%= p("k") %>', 's'],
  ['merges', `x: &x {default: 1}\n${TEMPLATES}properties: {k: {<<: *x}}\n`, '<%= p("k") %>', '1'],
  ['describes by a text', `${TEMPLATES}properties: {k: a text}\n`, '<%= p("k", "-") %>', '-'],
  ['has dates', `${TEMPLATES}properties: {k: {default: 2014-12-30}}\n`, '<%= p("k") %>', '2014-12-30'],
  ['ends with a mark', `${TEMPLATES}...\n`, 'x', 'x'],
];
