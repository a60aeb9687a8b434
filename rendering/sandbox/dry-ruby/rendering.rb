# Psych's, to write YAML: loaded by the first template that does, it would count as a change of ruby.
require 'stringio'

TOO_LARGE = 'takes too much memory'

# Tells on standard output which file is next, so that one that never ends, or ends ruby, can be named.
def announce(job_name, file)
  STDOUT.syswrite(JSON.generate([job_name, file]))
end

module AnnouncedJobFile
  def initialize(job_name, text)
    announce(job_name, NiseBosh::JobFile::NAME)
    super
  end
end

# Turns what only the node can tell into warnings.
module AnnouncedTemplate
  def render(spec, context)
    announce(@job_name, @source)
    text = nil
    asked = NodeOnly.watch(@source) { text = super }
    warn_of(asked)
    text
  rescue Exception => error
    # On a node these end the installation, here the other templates are looked at all the same.
    note_fatal(error)
  end

  private

  def note_fatal(error)
    fail_with(nil, nil, error.is_a?(NoMemoryError) ? TOO_LARGE : "fails with #{error.class}")
  end

  def note(spec, error)
    NodeOnly.ask('does what only a node can') if error.is_a?(NotImplementedError) && error.message.include?('on this machine')
    super
  end

  # What fails after such a question may get on there; a property that is missing is missing there too.
  def warn_of(asked)
    return if asked.empty?
    doubtful, @failures = @failures.partition { |failure| failure.property.nil? }
    asked.each { |line, question| warn_at(line, "#{question}: what that gives is known only there") }
    doubtful.each { |failure| warn_at(failure.line, "#{failure.message}: perhaps only here, where the file is left out") }
  end

  def warn_at(line, message)
    NodeOnly::WARNINGS << { 'job' => @job_name, 'template' => @source, 'line' => line, 'property' => nil, 'message' => message }
  end
end

# Reads what instances have in common before the first of them.
module JobsAhead
  # +line+: {"jobs": as +initialize+ takes them, "ahead": whether to read them at once}.
  def reading(line)
    wanted = JSON.parse(line)
    dry = new(wanted['jobs'])
    dry.read_ahead if wanted['ahead']
    dry
  end
end

# One process renders many instances, each of which has a node of its own.
module DryAnswer
  def read_ahead
    @jobs.each_key { |name| read_job(name) }
  end

  def answer(*)
    super
  rescue NoMemoryError
    # What templates make may be too large only when all of it is put together.
    JSON.generate('error' => TOO_LARGE)
  end

  private

  # What is wrong with a job is told with the instances that have it.
  def read_job(name)
    job = definition(name)
    job.property_parents if job.properties
    NiseBosh::Renderer.templates_of(job).each { |_source, _target, text| compile(text) if text }
  rescue StandardError, SystemStackError, NoMemoryError
    @definitions.delete(name)
  end

  def compile(text)
    NiseBosh::Template::COMPILED[text.dup.force_encoding(Encoding::UTF_8)]
  end

  def render(wanted)
    TemplateTraces.forget
    NodeOnly::WARNINGS.clear
    $node_address = wanted['address']
    rendered = ChangedRuby.watch { super }
    rendered.merge('warnings' => NodeOnly::WARNINGS.uniq)
  end
end

# What templates define beside their text would be found by those of the next instance.
module TemplateTraces
  CONTEXT = NiseBosh::TemplateContext
  METHODS = CONTEXT.instance_methods(false) + CONTEXT.private_instance_methods(false)
  CONSTANTS = CONTEXT.constants(false)
  GLOBALS = global_variables + [:$dry]

  module_function

  def forget
    methods = CONTEXT.instance_methods(false) + CONTEXT.private_instance_methods(false) - METHODS
    methods.each { |name| CONTEXT.send(:remove_method, name) }
    (CONTEXT.constants(false) - CONSTANTS).each { |name| CONTEXT.send(:remove_const, name) }
    CONTEXT.class_variables(false).each { |name| CONTEXT.send(:remove_class_variable, name) }
    globals.each { |name| forget_global(name) }
  end

  def forget_global(name)
    eval("#{name} = nil")
  rescue NameError
    # English's names for what ruby itself sets.
  end

  # Only those that templates name: others are of libraries, which are loaded once. Most names are of shells, in the
  # templates' text: ruby knows those in their code.
  def globals
    known = global_variables - GLOBALS
    known.empty? ? known : known & NiseBosh::Template::COMPILED.keys.flat_map { |text| NAMED[text] }
  end

  # The keys above stay the same objects.
  NAMED = Hash.new { |named, text| named[text] = text.b.scan(/\$[a-z_]\w*/in).uniq.map(&:to_sym) }.compare_by_identity
end

NiseBosh::JobFile.prepend(AnnouncedJobFile)
NiseBosh::Template.prepend(AnnouncedTemplate)
NiseBosh::DryRendering.singleton_class.prepend(JobsAhead)
NiseBosh::DryRendering.prepend(DryAnswer)
