module NiseBosh
  # What if_p answers when its block ran: no else runs any more.
  class TakenBranch
    def else
    end

    def else_if_p(*_names)
      self
    end
  end
end
