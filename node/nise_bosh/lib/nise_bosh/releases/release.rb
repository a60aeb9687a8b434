module NiseBosh
  # What a release file (release.MF, releases/NAME-VERSION.yml) lists. Archives that nobody asks for may be missing.
  class Release
    attr_reader :name, :version, :file

    # +archives+: FlatArchives or BuildArchives.
    def initialize(file, archives)
      raise Error, "Faild to load release file! #{file} is missing" unless File.file?(file)
      @file = File.expand_path(file)
      @archives = archives
      read_index(YamlText.read(file))
    end

    def package(name)
      @packages[name] || raise(Error, "Given package #{name} does not exist!")
    end

    def job(name)
      @jobs[name] || raise(Error, "Given job does not exist! #{@name} #{@version} has no job #{name}")
    end

    def package?(name)
      @packages.include?(name)
    end

    def job?(name)
      @jobs.include?(name)
    end

    private

    def read_index(index)
      raise Error, "Faild to load release file! #{@file} lists no release" unless index.is_a?(Hash) && index['name']
      @name = index['name']
      @version = index['version']
      @jobs = by_name(index['jobs']) { |entry, *words| ReleaseJob.new(*words, archive('jobs', entry)) }
      @packages = by_name(index['packages']) do |entry, *words|
        Package.new(*words, entry['dependencies'] || [], archive('packages', entry))
      end
    end

    # Yields each entry with its name, fingerprint and version, which become parts of paths.
    def by_name(entries)
      (entries || []).each_with_object({}) do |entry, found|
        fingerprint = (entry['fingerprint'] || entry['sha1'] || entry['version']).to_s
        words = [entry['name'], fingerprint, (entry['version'] || fingerprint).to_s]
        words.each { |word| check(word) }
        found[entry['name']] = yield(entry, *words)
      end
    end

    def archive(kind, entry)
      @archives.find(kind, entry)
    end

    def check(word)
      raise Error, "Not a name: #{word.inspect}" unless word.to_s =~ /\A[A-Za-z0-9_+][A-Za-z0-9_.+-]*\z/
    end
  end
end
