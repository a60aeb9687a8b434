module NiseBosh
  # `nise-bosh -p RELEASE PACKAGE...`: each package replaces its former version as soon as it is compiled.
  class PackagesCommand
    def initialize(options, layout, console)
      @options = options
      @layout = layout
      @console = console
      @store = PackageStore.new(layout)
      @release_path, *@names = options[:arguments]
    end

    # Returns false if the user said no.
    def run
      ReleaseOpening.open(@release_path, @options[:release_file]) do |release|
        compiler = PackageCompiler.new(@layout, @store, @options[:working_folder], @console)
        installer = PackageInstaller.new(release, @store, compiler, @console, @options)
        packages = installer.check(wanted(release))
        next false unless confirmed?(packages)
        installer.install(packages)
        true
      end
    end

    private

    def wanted(release)
      unknown = @names.reject { |name| release.package?(name) }
      raise Error, unknown.map { |name| "Given package #{name} does not exist!" }.join("\n") unless unknown.empty?
      closure = PackageClosure.new(release).order(@names)
      @options[:dependencies] ? closure : @names.map { |name| release.package(name) }
    end

    def confirmed?(packages)
      @console.say('The following packages will be installed:')
      packages.each { |package| @console.say("    * #{package.name}") }
      @options[:yes] || @console.confirmed?
    end
  end
end
