module NiseBosh
  # Stands in for a property that is not set, so that one rendering of a template finds all that are missing.
  # Every call returns the stand-in itself, and it prints as nothing.
  class MissingValue < BasicObject
    # Otherwise a template that loops until a value changes would never end.
    CALLS = 10_000

    def initialize
      @calls = 0
    end

    def method_missing(*)
      @calls += 1
      ::Kernel.raise(::RangeError, 'a template that does not end') if @calls > CALLS
      self
    end

    def coerce(_other)
      [self, self]
    end

    def to_s
      ''
    end
    alias_method :to_str, :to_s
  end
end
