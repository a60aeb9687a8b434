require 'fileutils'
require 'tmpdir'

module NiseBosh
  # Compiles in a mount namespace of its own: the script sees the links and the target it needs, running jobs do not, and
  # a compilation that fails or is killed leaves the old package as it was.
  class PrivateLinks
    # `-n` keeps old mounts' /etc/mtab untouched, which is not private.
    MOUNTS = <<-'SH'
      set -e
      mount --make-rprivate /
      mount -n --bind "$1" "$2"
      mount -n --bind "$3" "$4"
      shift 4
      exec "$@"
    SH

    ENTER = ['unshare', '-m', '/bin/sh', '-c', MOUNTS, 'sh']

    def self.available?
      return @available unless @available.nil?
      @available = Dir.mktmpdir('nise-bosh-probe') do |folder|
        silent = { :out => File::NULL, :err => File::NULL }
        !!system(*ENTER, folder, folder, folder, folder, 'true', silent)
      end
    end

    def initialize(layout, store)
      @layout = layout
      @store = store
    end

    # Yields the words to put before the command; returns the folder with the result.
    def prepare(package, dependencies)
      place = @store.folder(package.name, package.fingerprint)
      building = "#{place}.building"
      FileUtils.rm_rf(building)
      FileUtils.mkdir_p([place, building, @layout.package_links])
      with_links([package] + dependencies) do |links|
        yield ENTER + [building, place, links, @layout.package_links]
      end
      building
    rescue Error, SystemCallError
      FileUtils.rm_rf(building)
      Dir.rmdir(place) unless @store.complete?(package.name, package.fingerprint) || Dir.entries(place).size > 2
      raise
    end

    private

    def with_links(packages)
      Dir.mktmpdir('nise-bosh-links') do |links|
        File.chmod(0755, links)
        packages.each { |one| File.symlink(@store.folder(one.name, one.fingerprint), File.join(links, one.name)) }
        yield links
      end
    end
  end
end
