module NiseBosh
  # `nise-bosh -a RELEASE [MANIFEST] JOB [OUT]`: JOB is one of the release, or with a manifest one of the manifest.
  class ArchiveCommand
    def initialize(options, console)
      @options = options
      @console = console
    end

    def run
      path, *words = @options[:arguments]
      ReleaseOpening.open(path, @options[:release_file]) do |release|
        manifest = words.shift if manifest?(release, words)
        name, destination = words
        names = manifest ? Manifest.read(manifest).job_names(name) : [name]
        @console.say("Archive: #{ReleaseBundle.new(release).write(name, names, destination)}")
      end
    end

    private

    # Older tools take no manifest here and newer ones demand it.
    def manifest?(release, words)
      words.size == 3 || (words.size == 2 && !release.job?(words.first) && File.file?(words.first))
    end
  end
end
