require 'fileutils'

module NiseBosh
  # Runs packaging scripts. Links under packages/ belong to running jobs and do not change. PrivateLinks shows the
  # script its own links there; SharedLinks is for systems without unshare.
  class PackageCompiler
    # Settings for our own ruby would affect the rubies and gems that packages build.
    RUBY_SETTINGS = /\A(GEM_HOME|GEM_PATH|RUBYOPT|RUBYLIB|BUNDLE_.*)\z/

    # +working_folder+ holds the unpacked sources; those of a failed package are kept.
    def initialize(layout, store, working_folder, console)
      @layout = layout
      @store = store
      @working_folder = File.expand_path(working_folder)
      @console = console
    end

    # Throws Error when the script fails: then the package has no marker, and an older one of that name is untouched.
    def compile(package, dependencies)
      sources = unpack(package)
      folder = links.prepare(package, dependencies) do |prefix|
        run_packaging(prefix, package, sources)
      end
      AtomicFile.write(File.join(folder, '.version'), "#{package.version}\n", 0644)
      @store.publish(package.name, package.fingerprint, folder)
      FileUtils.rm_rf(sources)
    end

    private

    def links
      @links ||= (PrivateLinks.available? ? PrivateLinks : SharedLinks).new(@layout, @store)
    end

    def unpack(package)
      make_working_folder
      sources = File.join(@working_folder, package.name)
      FileUtils.rm_rf(sources)
      FileUtils.mkdir_p(sources)
      Tarball.unpack(package.archive.path, sources)
      raise Error, "Package #{package.name} has no packaging script" unless File.file?(File.join(sources, 'packaging'))
      sources
    end

    # The owner of a folder (the default lies in /tmp) could change what we run as root.
    def make_working_folder
      FileUtils.mkdir_p(@working_folder, :mode => 0700)
      return if File.owned?(@working_folder) && File.stat(@working_folder).mode & 0022 == 0
      raise Error, "Others can write to the working folder #{@working_folder}"
    end

    def run_packaging(prefix, package, sources)
      command = prefix + ['/bin/bash', 'packaging']
      output = { :chdir => sources, :in => '/dev/null', :out => @console.script_output }
      return if system(environment(package, sources), *command, output)
      code = $? && $?.exitstatus
      raise Error, "Error! Aborting... The packaging script of #{package.name} " \
                   "#{code ? "exited with #{code}" : 'was killed or could not be started'}"
    end

    def environment(package, sources)
      cleared = ENV.keys.select { |name| name =~ RUBY_SETTINGS }
      Hash[cleared.map { |name| [name, nil] }].merge(
        'BOSH_INSTALL_TARGET' => @layout.package_link(package.name),
        'BOSH_COMPILE_TARGET' => sources,
        'BOSH_PACKAGE_NAME' => package.name,
        'BOSH_PACKAGE_VERSION' => package.version
      )
    end
  end
end
