module NiseBosh
  # Checks archives before they are used.
  module ArchiveCheck
    module_function

    # Returns the jobs or packages. Throws Error that names all archives that are missing or damaged.
    def check(builds)
      problems = builds.map { |build| [build.name, build.archive.problem] }.select(&:last)
      lines = problems.map { |name, problem| "\n  #{name}: #{problem}" }
      raise Error, "#{problems.size} archive(s) of the release cannot be used:#{lines.join}" unless problems.empty?
      builds
    end
  end
end
