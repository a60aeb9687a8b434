module NiseBosh
  # `nise-bosh -w RELEASE`: prints which release file would be used, and nothing else, for scripts; -m: its version.
  class ReleaseFileCommand
    def initialize(options, console)
      @options = options
      @console = console
    end

    # Returns :silent: there is no closing line.
    def run
      ReleaseOpening.open(@options[:arguments].first, @options[:release_file]) do |release|
        @console.say(@options[:version_only] ? release.version : release.file)
      end
      :silent
    end
  end
end
