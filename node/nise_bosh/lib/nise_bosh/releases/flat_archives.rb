module NiseBosh
  # The archives of a release tarball: jobs/NAME.tgz and packages/NAME.tgz.
  class FlatArchives
    def initialize(folder)
      @folder = folder
    end

    # +kind+: jobs or packages; +entry+: of the release file.
    def find(kind, entry)
      ArchiveFile.new(File.join(@folder, kind, "#{entry['name']}.tgz"), entry['sha1'])
    end
  end
end
