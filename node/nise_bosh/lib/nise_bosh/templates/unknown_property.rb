module NiseBosh
  # Thrown by p(...) when none of the names is set and no default was given.
  class UnknownProperty < StandardError
    attr_reader :names

    def initialize(names)
      @names = names
      super("property #{names.join(' or ')} is not set")
    end
  end
end
