require 'digest'
require 'fileutils'

module NiseBosh
  # What is installed for an instance, in bosh/instances/<component>_<number>/: `installed` (the inputs' fingerprint and
  # the inputs, `KIND NAME VALUE` a line, written last) and `installed.sha256` (its files, for `sha256sum --quiet -c`).
  class InstanceMarker
    def initialize(layout, instance_name)
      @layout = layout
      @folder = layout.instance(instance_name)
    end

    # From here on the instance does not count as installed. The last complete marker stays readable.
    def withdraw
      File.rename(installed, previous) if File.file?(installed)
    end

    # Jobs of the last installation that are neither in +job_names+ nor in another instance's marker.
    def jobs_left_over(job_names)
      others = Dir.glob(File.join(@layout.instances, '*', 'installed')) - [installed]
      listed([previous]) - job_names - listed(others)
    end

    # +inputs+: text with `package NAME ...` and `job NAME ...` among its lines; +files+: absolute paths.
    def write(inputs, files)
      digests = files.sort.map { |path| "#{Digest::SHA256.file(path).hexdigest}  #{path}\n" }
      AtomicFile.write(File.join(@folder, 'installed.sha256'), digests.join, 0644)
      AtomicFile.write(installed, "fingerprint #{Digest::SHA256.hexdigest(inputs)}\n#{inputs}", 0644)
      FileUtils.rm_f(previous)
    end

    private

    def installed
      File.join(@folder, 'installed')
    end

    def previous
      File.join(@folder, 'installed.previous')
    end

    def listed(markers)
      lines = markers.select { |path| File.file?(path) }.map { |path| File.readlines(path) }.flatten
      lines.map { |line| line[/\Ajob (\S+)/, 1] }.compact
    end
  end
end
