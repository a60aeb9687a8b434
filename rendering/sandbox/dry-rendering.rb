require 'json'

# Gems that were parts of ruby's library when nodes' rubies were made.
$LOAD_PATH.concat(Dir['/usr/local/lib/ruby/gems/*/gems/*/lib'])

# There are no files here: what nise_bosh requires comes from SOURCES, {path without .rb => text}.
module RequireSources
  SOURCES = {}
  # Parts of ruby's library that have stand-ins, loaded before anything else.
  STAND_INS = %w[socket timeout io/wait io/nonblock]
  # In the library of the nodes' rubies, and not here.
  ON_NODES = %r{\A(abbrev|bigdecimal|expect|io/console|readline|reline)(/|\z)}
  # Here, and not in the library of the nodes' rubies.
  ONLY_HERE = %r{\A(objspace|prism|ripper)(/|\z)}

  private

  def require(path)
    name = path.to_s.delete_suffix('.rb')
    return false if STAND_INS.include?(name)
    raise LoadError, "cannot load such file -- #{path}" if name.match?(ONLY_HERE)
    source = SOURCES.delete(name)
    return from_library { super(path) } unless source
    eval(source, TOPLEVEL_BINDING, "#{name}.rb")
    true
  rescue LoadError
    NodeOnly.ask("needs ruby's library #{path}, which is not here") if name.match?(ON_NODES)
    raise
  end

  def from_library(&load)
    is_new = NodeOnly.loading(&load)
    ChangedRuby.note if is_new
    is_new
  end
end
Object.prepend(RequireSources)
