module NiseBosh
  # The packages to install, each once and after everything it depends on.
  class PackageClosure
    def initialize(release)
      @release = release
    end

    # Depth first, in the order given. Throws Error for unknown packages and cycles.
    def order(names)
      ordered = []
      names.each { |name| visit(name, [], ordered) }
      ordered
    end

    # What must be visible while +package+ is compiled.
    def dependencies(package)
      order(package.dependencies)
    end

    private

    def visit(name, path, ordered)
      raise Error, "Detected a cyclic dependency: #{(path + [name]).join(' -> ')}" if path.include?(name)
      return if ordered.any? { |package| package.name == name }
      package = @release.package(name)
      package.dependencies.each { |dependency| visit(dependency, path + [name], ordered) }
      ordered << package
    end
  end
end
