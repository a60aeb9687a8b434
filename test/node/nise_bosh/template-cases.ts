/** BOSH's evaluation rules, each with a template and what it becomes. */
export const RULES: readonly [rule: string, template: string, expected: string][] = [
  ['p finds a nested value', '<%= p("a.b") %>', 'value'],
  ['p counts false as set', '<%= p("a.no", true) %>', 'false'],
  ['p takes the default when nothing is set', '<%= p("a.zz", "d") %>', 'd'],
  ['p takes nil as a default', '[<%= p("a.zz", nil) %>]', '[]'],
  ['p takes the first name that is set', '<%= p(["a.zz", "a.b"]) %>', 'value'],
  ['p takes the default of several names', '<%= p(["a.zz", "a.yy"], 3) %>', '3'],
  ['p finds nothing below a text', '<%= p("a.b.c", "none") %>', 'none'],
  ['if_p yields all values', '<% if_p("a.b", "a.no") do |b, no| %><%= b %> <%= no %><% end %>', 'value false'],
  ['if_p is silent when one is missing', '[<% if_p("a.b", "a.zz") do |b, zz| %>x<% end %>]', '[]'],
  ['else runs when one is missing', '<% if_p("a.zz") do |z| %>x<% end.else do %>else<% end %>', 'else'],
  ['else does not run when all are set', '<% if_p("a.b") do |b| %>if<% end.else do %>else<% end %>', 'if'],
  [
    'else_if_p runs when the first is missing',
    '<% if_p("a.zz") do |z| %>x<% end.else_if_p("a.b") do |b| %><%= b %><% end.else do %>else<% end %>',
    'value',
  ],
  [
    'else follows a failed else_if_p',
    '<% if_p("a.zz") do |z| %>x<% end.else_if_p("a.yy") do |b| %>y<% end.else do %>else<% end %>',
    'else',
  ],
  [
    'nothing follows a branch that ran',
    '<% if_p("a.b") do |z| %>if<% end.else_if_p("a.b") do |b| %>y<% end.else do %>else<% end %>',
    'if',
  ],
  ['properties are objects', '<%= properties.a.b %>', 'value'],
  ['a missing leaf is nil', '[<%= properties.a.zz %>]', '[]'],
  ['hashes inside lists are objects', '<%= properties.a.list.map(&:x).inspect %>', '[1, 2]'],
  ['properties know their keys', '<%= properties.a.marshal_dump.keys.inspect %>', '[:b, :no, :list, :"with-dash"]'],
  ['properties are OpenStructs', '<%= properties.a.is_a?(OpenStruct) %>', 'true'],
  ['p gives plain hashes', '<%= p("a.list").inspect.delete(" ") %>', '[{"x"=>1},{"x"=>2}]'],
  [
    'JSON and YAML are loaded',
    '<%= p("a.list").to_json %><%= p("a.list").to_yaml %>',
    '[{"x":1},{"x":2}]---\n- x: 1\n- x: 2\n',
  ],
  ['name is that of the manifest', '<%= name %> <%= spec.job.name %>', 'web web'],
  ['index is a number', '<%= index + 1 %> <%= spec.index + 1 %>', '3 3'],
  ['the address is that of the index', '<%= spec.networks.default.ip %>', '10.0.0.3'],
  ['networks have DNS names', '<%= spec.networks.default.dns_record_name %>', '2.web.default.my-cloud.bosh'],
  [
    'the default network says so',
    '<%= spec.networks.marshal_dump.values.first.default.inspect %>',
    '["dns", "gateway"]',
  ],
  ['the deployment has a name', '<%= spec.deployment %>', 'My_Cloud'],
  ['ERB keeps line ends', '<% 1.times do %>\nx\n<% end %>\n', '\nx\n\n'],
  ['texts are UTF-8', 'é<%= properties.a.b %>é', 'évalueé'],
];

/** Templates that fail, with what is told: line, property and message. */
export const FAILURES: readonly [
  what: string,
  template: string,
  line: number | null,
  property: string | null,
  message: string,
][] = [
  ['p of a missing property', '\n<%= p("a.zz") %>', 2, 'a.zz', 'property a.zz is not set'],
  ['p of several', '<%= p(["zz", "yy"]) %>', 1, 'zz or yy', 'property zz or yy is not set'],
  ['a level below nothing', '\n\n<%= properties.zz.b %>', 3, 'zz', 'property zz is not set'],
  ['a level further down', '<%= properties.a.zz.b %>', 1, 'a.zz', 'property a.zz is not set'],
  ['p below a list', '<%= p("a.list.x", 1) %>', 1, null, 'ArgumentError: property a.list must be a mapping'],
  ['an unknown name', '<%= nonsense %>', 1, null, 'undefined name nonsense'],
  ['an error of its own', '\n<% raise "no way" %>', 2, null, 'RuntimeError: no way'],
  ['a command', '<%= `rm -rf /` %>', 1, null, 'NotImplementedError: a dry rendering runs no commands'],
];

/** What ruby 1.9.3 had and newer ones have lost. */
export const OLD_RUBY: readonly [template: string, expected: string][] = [
  ['<%= p("a.list") %>', '[{"x"=>1}, {"x"=>2}]'],
  ['<%= { :k => nil } %>', '{:k=>nil}'],
  ['<%= File.exists?("/") %> <%= Dir.exists?("/") %>', 'true true'],
  ['<%= "text".taint.untaint %> <%= "text".tainted? %>', 'text false'],
  ['<%= 1.is_a?(Fixnum) %>', 'true'],
];
