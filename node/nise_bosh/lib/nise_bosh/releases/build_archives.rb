module NiseBosh
  # The archives of a release repository: .final_builds/KIND/NAME/VERSION.tgz with an index.yml beside that maps
  # fingerprints to versions and objects of the blob store; .dev_builds is the same for what was never released.
  class BuildArchives
    FOLDERS = %w[.final_builds .dev_builds]

    def self.in?(folder)
      FOLDERS.any? { |name| File.directory?(File.join(folder, name)) }
    end

    def initialize(folder)
      @folder = folder
    end

    # +kind+: jobs or packages; +entry+: of the release file. The same build may be in both folders, or only in the
    # index, when its archive was never fetched.
    def find(kind, entry)
      builds = FOLDERS.map { |name| archive_in(File.join(@folder, name, kind, entry['name']), entry) }.compact
      builds.find { |archive| File.file?(archive.path) } || builds.first || unlisted(kind, entry)
    end

    # The place for a build of that version.
    def self.path(kind, name, version)
      File.join(version =~ /dev/ ? '.dev_builds' : '.final_builds', kind, name, "#{version}.tgz")
    end

    private

    def archive_in(folder, entry)
      build = builds_in(folder)[entry['fingerprint']]
      return unless build
      path = File.join(folder, "#{build['version'] || entry['version']}.tgz")
      ArchiveFile.new(path, entry['sha1'] || build['sha1'], build['blobstore_id'])
    end

    def builds_in(folder)
      index = File.join(folder, 'index.yml')
      return {} unless File.file?(index)
      parsed = YamlText.read(index)
      (parsed.is_a?(Hash) && parsed['builds']) || {}
    end

    def unlisted(kind, entry)
      path = BuildArchives.path(kind, entry['name'], entry['version'].to_s)
      ArchiveFile.new(File.join(@folder, path), entry['sha1'])
    end
  end
end
