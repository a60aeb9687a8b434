require 'json'

TOO_LARGE = 'takes too much memory'

# There are no files here: what nise_bosh requires comes from SOURCES, {path without .rb => text}.
module RequireSources
  SOURCES = {}

  def require(path)
    source = SOURCES.delete(path)
    return super unless source
    eval(source, TOPLEVEL_BINDING, "#{path}.rb")
    true
  end
end
Object.prepend(RequireSources)

# Tells on standard output which template is next, so that one that never ends can be named.
module AnnouncedTemplate
  def render(*)
    STDOUT.syswrite(JSON.generate([@job_name, @source]))
    super
  rescue Exception => error
    # On a node these end the installation, here the other templates are looked at all the same.
    note_fatal(error)
  end

  private

  def note_fatal(error)
    fail_with(nil, nil, error.is_a?(NoMemoryError) ? TOO_LARGE : "fails with #{error.class}")
  end
end

# What templates make may be too large only when all of it is put together.
module BoundedAnswer
  def answer(*)
    super
  rescue NoMemoryError
    JSON.generate('error' => TOO_LARGE)
  end
end

# Here these do nothing and say that all went well.
module NoCommands
  %w[system spawn exec].each do |name|
    define_method(name) { |*| raise NotImplementedError, 'a dry rendering runs no commands' }
  end
end
Object.prepend(NoCommands)
