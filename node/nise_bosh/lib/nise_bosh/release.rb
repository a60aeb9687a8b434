module NiseBosh
  # An unpacked release: release.MF, jobs/NAME.tgz, packages/NAME.tgz; archives that nobody asks for may be missing.
  class Release
    attr_reader :name, :version, :file

    # +file+: another release.MF to use, or nil.
    def initialize(folder, file = nil)
      @folder = folder
      @file = file || File.join(folder, 'release.MF')
      raise Error, 'Faild to load release file!' if file && !File.file?(file)
      unless File.file?(@file)
        raise Error, "No release index found in #{folder}!\nGive a release tarball, an unpacked one, or a file with -r."
      end
      read_index(YamlText.parse(File.open(@file, 'rb') { |io| io.read }, @file))
    end

    def package(name)
      @packages[name] || raise(Error, "Given package #{name} does not exist!")
    end

    def job?(name)
      @jobs.include?(name)
    end

    def job_archive(name)
      raise Error, 'Given job does not exist!' unless job?(name)
      File.join(@folder, 'jobs', "#{name}.tgz")
    end

    private

    def read_index(index)
      raise Error, 'Faild to load release file!' unless index.is_a?(Hash) && index['name']
      @name = index['name']
      @version = index['version']
      @jobs = (index['jobs'] || []).map { |job| job['name'] }
      @packages = Hash[(index['packages'] || []).map { |entry| [entry['name'], package_of(entry)] }]
      (@jobs + @packages.keys + @packages.values.map(&:fingerprint)).each { |word| check(word) }
    end

    def package_of(entry)
      fingerprint = (entry['fingerprint'] || entry['sha1'] || entry['version']).to_s
      archive = File.join(@folder, 'packages', "#{entry['name']}.tgz")
      Package.new(entry['name'], fingerprint, entry['version'].to_s, entry['dependencies'] || [], archive)
    end

    # They become parts of paths.
    def check(word)
      raise Error, "Not a name: #{word.inspect}" unless word.to_s =~ /\A[A-Za-z0-9_+][A-Za-z0-9_.+-]*\z/
    end
  end
end
