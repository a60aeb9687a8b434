module NiseBosh
  # The default release of a repository: the highest version of all final and dev releases.
  class ReleaseChoice
    # folder => the file and the keys in it that name the releases
    NAMES = {
      'releases' => ['config/final.yml', %w[final_name name]],
      'dev_releases' => ['config/dev.yml', %w[dev_name name]]
    }

    NO_INDEX = "No release index found!\n" \
               'Try `bosh create release` in your release repository, or name a release tarball, or a file with -r.'

    def initialize(folder)
      @folder = folder
    end

    # Path of the release file. Throws Error when the repository has no release.
    def newest
      found = NAMES.keys.map { |kind| listed(kind) }.flatten(1)
      raise Error, NO_INDEX if found.empty?
      found.max_by { |version, _path| ReleaseVersion.new(version) }.last
    end

    private

    # [[version, path]]; newer repositories have a folder for each name.
    def listed(kind)
      flat = builds(kind).map { |version| [version, file(kind, version)] }
      named = Dir.glob(File.join(@folder, kind, '*', 'index.yml')).map do |index|
        name = File.basename(File.dirname(index))
        builds("#{kind}/#{name}").map { |version| [version, File.join(@folder, kind, name, "#{name}-#{version}.yml")] }
      end
      flat + named.flatten(1)
    end

    def builds(place)
      ((yaml("#{place}/index.yml") || {})['builds'] || {}).values.map { |build| build['version'].to_s }
    end

    def file(kind, version)
      config, keys = NAMES[kind]
      name = keys.map { |key| (yaml(config) || {})[key] }.compact.first
      return File.join(@folder, kind, "#{name}-#{version}.yml") if name
      Dir.glob(File.join(@folder, kind, "*-#{version}.yml")).sort.first || File.join(@folder, kind, "#{version}.yml")
    end

    def yaml(path)
      file = File.join(@folder, path)
      File.file?(file) ? YamlText.read(file) : nil
    end
  end
end
