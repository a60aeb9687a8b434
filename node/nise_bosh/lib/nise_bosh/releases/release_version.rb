module NiseBosh
  # Versions of releases in their order: 9 < 10-dev < 10 < 10+dev.2 < 10.1-dev, as bosh of all ages names them.
  class ReleaseVersion
    include Comparable

    NUMBERS = 8

    attr_reader :key

    def initialize(text)
      numbers = text[/\A\d+(\.\d+)*/].to_s.split('.').map(&:to_i)
      @key = (numbers + [0] * NUMBERS).first(NUMBERS) + [rank(text), text[/dev\.(\d+)\z/, 1].to_i]
    end

    def <=>(other)
      key <=> other.key
    end

    private

    # `-dev` leads up to a final release, `+dev` follows one.
    def rank(text)
      return -1 if text =~ /-/
      text =~ /\+/ ? 1 : 0
    end
  end
end
