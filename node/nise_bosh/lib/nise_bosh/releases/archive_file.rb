require 'digest'

module NiseBosh
  # Where the archive of a job or package must lie. +sha1+ and +object+ (its id in the blob store) may be nil.
  ArchiveFile = Struct.new(:path, :sha1, :object) do
    # Why it cannot be used; nil if it can.
    def problem
      return "#{path} is missing#{" (object #{object} of the blob store)" if object}" unless File.file?(path)
      "#{path} is not the archive of this release: its sha1 is not #{sha1}" unless intact?
    end

    def intact?
      sha1.nil? || Digest::SHA1.file(path).hexdigest == sha1
    end
  end
end
