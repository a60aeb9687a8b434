require 'json'
require 'ostruct'
require 'yaml'

module NiseBosh
end

# What a template's code can call: BOSH's evaluation rules. Templates rely on JSON, YAML and OpenStruct being loaded.
# Written with the long name: inside `module NiseBosh` a template's constants would be looked up among ours first.
class NiseBosh::TemplateContext
  # Otherwise a template that loops while a property is not set would never end.
  MOST_MISSING = 1000

  attr_reader :name, :index, :properties, :raw_properties, :spec

  # +missing+ collects the names of properties that are not set instead of throwing UnknownProperty; nil throws.
  def initialize(spec, missing = nil)
    @name = spec['job'] && spec['job']['name']
    @index = spec['index']
    @raw_properties = spec['properties'] || {}
    @properties = openstruct(@raw_properties)
    # Building the OpenStruct is most of the work of a rendering, so it is built only once.
    @spec = openstruct(spec.merge('properties' => nil))
    @spec.properties = @properties
    @missing = missing
  end

  def get_binding
    binding
  end

  # p(name), p([names]): the first that is set; p(name, default) when none is.
  def p(*args)
    names = Array(args[0])
    value = first_set(names)
    return value unless value.nil?
    return args[1] if args.length == 2
    raise NiseBosh::UnknownProperty.new(names) unless @missing && @missing.size < MOST_MISSING
    @missing << [names, caller]
    NiseBosh::MissingValue.new
  end

  # Yields the values if all are set; the answer takes `.else { }` and `.else_if_p(names) { }`.
  def if_p(*names)
    values = names.map { |name| lookup(name) }
    return NiseBosh::OpenBranch.new(self) if values.any?(&:nil?)
    yield(*values)
    NiseBosh::TakenBranch.new
  end

  private

  # Not with `each`, as in PropertyLookup.find.
  def first_set(names)
    position = 0
    while position < names.size
      value = lookup(names[position])
      return value unless value.nil?
      position += 1
    end
  end

  # Nothing is below a text, while below a list or a number BOSH stumbles.
  def lookup(name)
    NiseBosh::PropertyLookup.find(@raw_properties, name) do |parent, value|
      raise ArgumentError, "property #{parent} must be a mapping" unless value.nil? || value.is_a?(String)
    end
  end

  def openstruct(value)
    case value
    when Hash then OpenStruct.new(Hash[value.map { |key, inner| [key.to_s, openstruct(inner)] }])
    when Array then value.map { |inner| openstruct(inner) }
    else value
    end
  end
end
