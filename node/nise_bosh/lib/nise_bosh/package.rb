module NiseBosh
  # A package as release.MF lists it. +fingerprint+ names its content.
  Package = Struct.new(:name, :fingerprint, :version, :dependencies, :archive)
end
