module NiseBosh
  # What if_p answers when a property was not set: the else branches are still to be tried.
  class OpenBranch
    def initialize(context)
      @context = context
    end

    def else
      yield
    end

    def else_if_p(*names, &block)
      @context.if_p(*names, &block)
    end
  end
end
