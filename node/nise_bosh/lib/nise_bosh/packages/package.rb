module NiseBosh
  # A package as the release file lists it. +fingerprint+ names its content, +archive+ is an ArchiveFile.
  Package = Struct.new(:name, :fingerprint, :version, :dependencies, :archive)
end
