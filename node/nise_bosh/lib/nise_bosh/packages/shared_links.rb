require 'fileutils'

module NiseBosh
  # Compiles where there is no private mount namespace (no unshare, or a container that forbids mounts): the links under
  # packages/ exist during the compilation only, and one that exists already is refused.
  class SharedLinks
    def initialize(layout, store)
      @layout = layout
      @store = store
    end

    # Yields no words to put before the command, unlike PrivateLinks; returns the folder with the result.
    def prepare(package, dependencies)
      place = @store.folder(package.name, package.fingerprint)
      temporary = [package] + dependencies.reject { |one| linked_to?(one) }
      temporary.each { |one| refuse(one) if occupied?(one) }
      FileUtils.rm_rf(place)
      FileUtils.mkdir_p(place)
      begin
        temporary.each { |one| @store.link(one.name, one.fingerprint) }
        yield []
      ensure
        temporary.each { |one| FileUtils.rm_f(@layout.package_link(one.name)) }
      end
      place
    end

    private

    def linked_to?(package)
      link = @layout.package_link(package.name)
      File.symlink?(link) && File.readlink(link) == @store.folder(package.name, package.fingerprint)
    end

    # A link to an unfinished package is left over from a compilation that was killed.
    def occupied?(package)
      link = @layout.package_link(package.name)
      return false unless File.symlink?(link) || File.exist?(link)
      !linked_to?(package) || @store.complete?(package.name, package.fingerprint)
    end

    def refuse(package)
      raise Error, "Cannot compile: #{@layout.package_link(package.name)} is in use, " \
                   'and this system gives no private mounts (unshare -m)'
    end
  end
end
