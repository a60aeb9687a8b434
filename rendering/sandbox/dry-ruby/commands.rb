# Here are no processes.
COMMAND = 'runs a command of the node'

module NoCommands
  private

  def `(_command)
    NodeOnly.ask(COMMAND)
    ''
  end

  def system(*)
    NodeOnly.ask(COMMAND)
    true
  end

  %w[spawn exec fork].each do |name|
    define_method(name) { |*| NodeOnly.unanswered(COMMAND) }
  end

  def open(*values, &block)
    NodeOnly.unanswered(COMMAND) if values.first.to_s.start_with?('|')
    NodeOnly.ask(FILE)
    super
  end
end
Object.prepend(NoCommands)

{ Process => %w[spawn exec fork wait wait2 detach daemon], Kernel => %w[spawn exec fork], IO => %w[popen pipe] }
  .each do |owner, names|
    refusing = Module.new { names.each { |name| define_method(name) { |*| NodeOnly.unanswered(COMMAND) } } }
    owner.singleton_class.prepend(refusing)
  end

# A template that waits for what a thread does would wait for ever.
Thread.singleton_class.prepend(
  Module.new { %w[new start fork].each { |name| define_method(name) { |*| NodeOnly.unanswered('starts a thread') } } }
)

# The one command whose answer is known asks for the address.
module KnownCommand
  def `(command)
    return super if command.start_with?('hostname -I')
    NodeOnly.ask(COMMAND)
    ''
  end
end
NiseBosh::TemplateContext.prepend(KnownCommand)
