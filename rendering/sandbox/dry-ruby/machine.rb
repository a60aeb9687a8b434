require 'etc'

# What a machine says of itself.
NodeOnly.guard(
  ENV,
  %i[[] fetch key? has_key? include? member? to_h to_hash each each_pair keys values values_at],
  'looks at the environment of the node'
)

ACCOUNTS = Module.new do
  %w[getpwnam getpwuid getgrnam getgrgid passwd group].each do |name|
    define_method(name) { |*| NodeOnly.unanswered('looks at the accounts of the node') }
  end
end
Etc.singleton_class.prepend(ACCOUNTS)
NodeOnly.guard(Etc, %i[getlogin nprocessors uname sysconfdir], 'looks at the machine of the node')
