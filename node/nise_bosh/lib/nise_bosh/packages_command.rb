module NiseBosh
  # `nise-bosh -p RELEASE PACKAGE...`: compiles beside what runs; links that exist are left to the job's installation.
  class PackagesCommand
    def initialize(options, layout, console)
      @options = options
      @layout = layout
      @console = console
      @store = PackageStore.new(layout)
      @release_path, *@names = options[:arguments]
    end

    # Gives false if the user said no.
    def run
      ReleaseOpening.open(@release_path, @options[:release_file]) do |release|
        packages = wanted(release)
        @console.say("Packages: #{packages.map(&:name).join(' ')}")
        next false unless @options[:yes] || @console.confirmed?
        compiler = PackageCompiler.new(@layout, @store, @options[:working_folder], @console)
        PackageInstaller.new(release, @store, compiler, @console, @options).install(packages)
        packages.each { |package| @store.link_if_absent(package.name, package.fingerprint) }
        true
      end
    end

    private

    def wanted(release)
      closure = PackageClosure.new(release).order(@names)
      @options[:dependencies] ? closure : @names.map { |name| release.package(name) }
    end
  end
end
