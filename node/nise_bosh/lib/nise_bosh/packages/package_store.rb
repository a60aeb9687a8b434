require 'fileutils'

module NiseBosh
  # Compiled packages: data/packages/NAME/FINGERPRINT beside older ones, and FINGERPRINT.done, written last.
  # The marker holds what `LISTING` prints in that folder, so drift is found without reading the files.
  class PackageStore
    # The root file system of containers holds setuid programs, which no job of the node itself needs.
    ROOT_FILE_SYSTEM = /\Arootfs_/
    LISTING = "find . -printf '%p %s %m %T@\\n' | LC_ALL=C sort | sha256sum | cut -d' ' -f1"

    def initialize(layout)
      @layout = layout
    end

    def folder(name, fingerprint)
      File.join(@layout.package_data(name), fingerprint)
    end

    def marker(name, fingerprint)
      "#{folder(name, fingerprint)}.done"
    end

    def complete?(name, fingerprint)
      File.file?(marker(name, fingerprint)) && File.directory?(folder(name, fingerprint))
    end

    # Moves a finished folder into place, replacing what is there, and marks it.
    def publish(name, fingerprint, finished)
      place = folder(name, fingerprint)
      FileUtils.mkdir_p(File.dirname(place))
      File.chmod(0700, File.dirname(place)) if name =~ ROOT_FILE_SYSTEM
      FileUtils.rm_f(marker(name, fingerprint))
      replace(place, finished) unless place == finished
      AtomicFile.write(marker(name, fingerprint), listing_digest(place), 0644)
    end

    # Fingerprints of a package that are complete on this node.
    def fingerprints(name)
      Dir.glob(File.join(@layout.package_data(name), '*.done')).map { |path| File.basename(path, '.done') }
    end

    def link(name, fingerprint)
      AtomicFile.link(folder(name, fingerprint), @layout.package_link(name))
    end

    # A running job may use a link: only the installation of a job replaces existing ones.
    def link_if_absent(name, fingerprint)
      link = @layout.package_link(name)
      link(name, fingerprint) unless File.symlink?(link) || File.exist?(link)
    end

    private

    def listing_digest(folder)
      digest = IO.popen(['/bin/sh', '-c', "cd \"$1\" && #{LISTING}", 'sh', folder]) { |pipe| pipe.read }
      digest =~ /\A\h{64}\Z/ ? digest : raise(Error, "Cannot list #{folder}")
    end

    # A folder is not replaced by rename(2) unless it is empty.
    def replace(place, finished)
      former = "#{place}.former"
      FileUtils.rm_rf(former)
      File.rename(place, former) if File.exist?(place)
      File.rename(finished, place)
      FileUtils.rm_rf(former)
    end
  end
end
