require 'date'
require 'yaml'

module NiseBosh
  # YAML as BOSH reads it, the same on every psych from ruby 1.9 to 3.4.
  module YamlText
    # Manifests may hold symbols and dates; psych 4 refuses them unless they are named.
    PERMITTED = [Symbol, Date, Time]
    DEEPEST = 40

    module_function

    # Throws Error naming +origin+, never the content: a manifest is full of secrets.
    def parse(text, origin)
      decode(load(text.dup.force_encoding(Encoding::UTF_8)))
    rescue Psych::SyntaxError, Psych::Exception, ArgumentError => failure
      raise Error, "#{origin} is not readable YAML#{place(failure)}"
    end

    # Throws Error.
    def read(path)
      raise Error, "#{path} is missing" unless File.file?(path)
      parse(File.open(path, 'rb') { |io| io.read }, path)
    end

    def load(text)
      return YAML.load(text) unless YAML.respond_to?(:safe_load)
      if YAML.method(:safe_load).parameters.include?([:key, :permitted_classes])
        YAML.safe_load(text, :permitted_classes => PERMITTED, :aliases => true)
      else
        YAML.safe_load(text, PERMITTED, [], true)
      end
    end

    # Final releases write names, versions and checksums as base64 (!binary), which psych gives as raw bytes.
    # An alias may lead back to what it is in. Throws ArgumentError.
    def decode(value, around = [])
      if around.size > DEEPEST || around.any? { |outer| outer.equal?(value) }
        raise ArgumentError, 'it contains itself, or too many levels'
      end
      case value
      when Hash then Hash[value.map { |key, inner| [decode(key), decode(inner, around + [value])] }]
      when Array then value.map { |inner| decode(inner, around + [value]) }
      when String then value.encoding == Encoding::BINARY ? as_utf8(value) : value
      else value
      end
    end

    def as_utf8(bytes)
      text = bytes.dup.force_encoding(Encoding::UTF_8)
      text.valid_encoding? ? text : bytes
    end

    def place(failure)
      failure.respond_to?(:line) ? " (line #{failure.line})" : ''
    end
  end
end
