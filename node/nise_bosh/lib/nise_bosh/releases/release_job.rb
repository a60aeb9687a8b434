module NiseBosh
  # A job as the release file lists it, without its content.
  ReleaseJob = Struct.new(:name, :fingerprint, :version, :archive)
end
