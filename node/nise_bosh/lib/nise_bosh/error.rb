module NiseBosh
  # Thrown when the user's input or the node's state does not allow to go on; its message is all the user sees.
  class Error < RuntimeError
  end
end
