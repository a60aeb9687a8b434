module NiseBosh
  # Brings packages to this node in order; those that are there already are skipped.
  class PackageInstaller
    # +options+: :force compiles again what is there.
    def initialize(release, store, compiler, console, options)
      @closure = PackageClosure.new(release)
      @store = store
      @compiler = compiler
      @console = console
      @force = options[:force]
    end

    # Throws Error before anything is touched if an archive that is needed is missing.
    def install(packages)
      wanted = packages.select { |package| wanted?(package) }
      missing = wanted.reject { |package| File.file?(package.archive) }.map(&:name)
      raise Error, "Archives missing in the release: #{missing.join(', ')}" unless missing.empty?
      packages.each { |package| wanted.include?(package) ? compile(package) : skip(package) }
    end

    private

    def wanted?(package)
      @force || !@store.complete?(package.name, package.fingerprint)
    end

    def skip(package)
      @console.package(package, 'skipped')
    end

    def compile(package)
      @console.package(package, 'started')
      @compiler.compile(package, @closure.dependencies(package))
      @console.package(package, 'done')
    rescue Error, SystemCallError
      @console.package(package, 'failed')
      raise
    end
  end
end
