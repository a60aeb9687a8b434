require 'ostruct'

Object.send(:remove_const, :OpenStruct)

# OpenStruct as in ruby 1.9.3, for which templates are written: a public method of every object is that method, and any
# other name is a property. Newer rubies treat names such as `class` and `method` each in their own way. Methods that
# later rubies added exist as well, unless a property has that name.
class OpenStruct
  # Methods of every object that 1.9.3 lacks.
  NEWER = [:then, :itself, :yield_self, :singleton_method]
  NEWER.each { |name| undef_method(name) if method_defined?(name) }

  # Nothing here may be a method of the object: a property of that name would take its place.
  module Fields
    module_function

    def set(struct, name, value)
      table = struct.marshal_dump
      table[name] = value
      return if OpenStruct.method_defined?(name) || !OpenStruct.private_method_defined?(name)
      # A private method of every object, such as `test` or `p`: `send` would find it.
      struct.singleton_class.send(:define_method, name) { table[name] }
    end

    def assign(struct, name, values)
      raise ArgumentError, "wrong number of arguments (#{values.size} for 1)" unless values.size == 1
      set(struct, name.to_s.chomp('=').to_sym, values.first)
    end

    def names(struct)
      own = struct.marshal_dump.keys.reject { |name| OpenStruct.method_defined?(name) }
      own.map { |name| [name, :"#{name}="] }.flatten
    end
  end

  # name => what newer rubies do
  ADDED = {
    :[] => lambda { |table, name| table[name.to_sym] },
    :dig => lambda { |table, name, *more| more.inject(table[name.to_sym]) { |level, key| level.nil? ? nil : level[key] } },
    :each_pair => lambda { |table, &block| table.each_pair(&block) },
    :to_h => lambda { |table| table.dup }
  }

  def initialize(hash = nil)
    @table = {}
    (hash || {}).each_pair { |name, value| Fields.set(self, name.to_sym, value) }
  end

  def initialize_copy(original)
    super
    @table = @table.dup
  end

  def marshal_dump
    @table
  end

  def marshal_load(table)
    @table = {}
    table.each_pair { |name, value| Fields.set(self, name, value) }
  end

  def methods(*)
    Fields.names(self) | super
  end

  def singleton_methods(*)
    Fields.names(self) | super
  end

  def respond_to_missing?(name, *)
    @table.include?(name.to_s.chomp('=').to_sym)
  end

  def method_missing(name, *values, &block)
    return Fields.set(self, values.first.to_sym, values.last) if name == :[]= && values.size == 2
    return Fields.assign(self, name, values) if name.to_s =~ /\A\w+=\z/
    return ADDED[name].call(@table, *values, &block) if ADDED.include?(name) && !@table.include?(name)
    return @table[name] if values.empty?
    ::Kernel.raise NoMethodError.new("undefined method `#{name}' for #{inspect}", name, values)
  end

  def delete_field(name)
    @table.delete(name.to_sym)
  end

  def inspect
    known = Thread.current[:__inspect_key__] || []
    return "#<#{self.class} ...>" if known.include?(object_id)
    Thread.current[:__inspect_key__] = known + [object_id]
    fields = @table.map { |name, value| " #{name}=#{value.inspect}" }
    "#<#{self.class}#{fields.join(',')}>"
  ensure
    Thread.current[:__inspect_key__] = known
  end
  alias_method :to_s, :inspect

  def ==(other)
    other.is_a?(OpenStruct) && @table == other.marshal_dump
  end
end
