module NiseBosh
  # Thrown when the user's input or the node's state is wrong; its message is all that the user sees.
  class Error < RuntimeError
  end
end
