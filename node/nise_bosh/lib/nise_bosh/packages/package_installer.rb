module NiseBosh
  # Installs packages in order and skips those that are installed.
  class PackageInstaller
    # +options+: :force compiles again what is there; with :keep_links, links that exist stay what they are.
    def initialize(release, store, compiler, console, options)
      @closure = PackageClosure.new(release)
      @store = store
      @compiler = compiler
      @console = console
      @force = options[:force]
      @keep_links = options[:keep_links]
    end

    # Throws Error if an archive that is needed is missing or damaged. Returns the packages.
    def check(packages)
      ArchiveCheck.check(packages.select { |package| wanted?(package) })
      packages
    end

    # Each appears under packages/ as soon as it is installed, whether or not the next one fails.
    def install(packages)
      packages.each do |package|
        wanted?(package) ? compile(package) : skip(package)
        link(package)
      end
    end

    private

    def wanted?(package)
      @force || !@store.complete?(package.name, package.fingerprint)
    end

    def link(package)
      words = [package.name, package.fingerprint]
      @keep_links ? @store.link_if_absent(*words) : @store.link(*words)
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
