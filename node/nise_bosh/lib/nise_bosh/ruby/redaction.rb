module NiseBosh
  # Ruby's own messages quote values ("undefined method for "secret":String"), and every value of a manifest may be one.
  class Redaction
    MASK = '********'
    SHORTEST = 4
    # Messages shorten long values, so a piece of this length already gives one away.
    PIECE = 8

    def initialize(values)
      @texts = scalars(values).map(&:to_s).reject { |text| text.length < SHORTEST }.uniq.sort_by { |text| -text.length }
    end

    # The message without any value of the manifest; a set phrase where a part of a value may be left.
    def apply(message)
      masked = @texts.inject(message) { |text, value| text.gsub(value, MASK).gsub(value.inspect[1..-2], MASK) }
      leaks?(masked) ? '(message withheld: it quotes the manifest)' : masked
    end

    private

    def leaks?(message)
      long = @texts.select { |text| text.length > PIECE }
      (0..message.length - PIECE).any? do |start|
        piece = message[start, PIECE]
        long.any? { |text| text.include?(piece) }
      end
    end

    def scalars(value)
      case value
      when Hash then value.values.map { |inner| scalars(inner) }.flatten
      when Array then value.map { |inner| scalars(inner) }.flatten
      when String, Numeric then [value]
      else []
      end
    end
  end
end
