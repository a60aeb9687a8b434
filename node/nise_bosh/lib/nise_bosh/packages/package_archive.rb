require 'fileutils'

module NiseBosh
  # Takes a compiled package from one node to another.
  class PackageArchive
    def initialize(store)
      @store = store
    end

    # +fingerprint+ may be nil if the node has only one package of that name.
    def pack(name, fingerprint, file)
      fingerprint ||= only_fingerprint(name)
      raise Error, "Package #{name} #{fingerprint} is not compiled here" unless @store.complete?(name, fingerprint)
      draft = "#{file}.#{$$}.new"
      FileUtils.mkdir_p(File.dirname(file))
      Tarball.pack(@store.folder(name, fingerprint), draft)
      File.rename(draft, file)
    ensure
      FileUtils.rm_f(draft) if draft
    end

    # Times are kept; the marker comes last, so a cut-off archive never counts as a package.
    def unpack(name, fingerprint, file)
      raise Error, "Archive #{file} is missing" unless File.file?(file)
      arriving = "#{@store.folder(name, fingerprint)}.arriving"
      FileUtils.rm_rf(arriving)
      FileUtils.mkdir_p(arriving)
      Tarball.restore(file, arriving)
      @store.publish(name, fingerprint, arriving)
    ensure
      FileUtils.rm_rf(arriving) if arriving
    end

    private

    def only_fingerprint(name)
      found = @store.fingerprints(name)
      raise Error, "Package #{name} is not compiled here" if found.empty?
      raise Error, "Package #{name} is here more than once, name one: #{found.sort.join(', ')}" if found.size > 1
      found.first
    end
  end
end
