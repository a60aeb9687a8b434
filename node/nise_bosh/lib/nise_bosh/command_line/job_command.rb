module NiseBosh
  # `nise-bosh RELEASE MANIFEST JOB`: checks everything that can be checked before it writes anything.
  class JobCommand
    def initialize(options, layout, console)
      @options = options
      @layout = layout
      @console = console
      @store = PackageStore.new(layout)
      @release_path, @manifest_path, @group_name = options[:arguments]
    end

    # Returns false if the user said no.
    def run
      manifest = Manifest.read(@manifest_path)
      ReleaseOpening.open(@release_path, @options[:release_file]) do |release|
        jobs = definitions(release, manifest)
        rendered = Renderer.render_all(jobs, spec(manifest, jobs))
        next RenderingFolder.write(File.expand_path(@options[:out]), rendered) if @options[:out]
        install(release, jobs, rendered)
      end
    end

    private

    def definitions(release, manifest)
      jobs = ArchiveCheck.check(manifest.job_names(@group_name).map { |name| release.job(name) })
      jobs.map { |job| JobArchive.read(job.archive.path, job.name) }
    end

    def spec(manifest, jobs)
      InstanceSpec.build(
        manifest, @group_name, jobs,
        :index => @options[:index],
        :address => @options[:address],
        :own_address => OwnAddress.find,
        :overlay => @options[:spec_file] && YamlText.read(@options[:spec_file])
      )
    end

    def install(release, jobs, rendered)
      compiler = PackageCompiler.new(@layout, @store, @options[:working_folder], @console)
      # Running jobs keep their packages until all new ones are there.
      options = @options.merge(:keep_links => true)
      installer = PackageInstaller.new(release, @store, compiler, @console, options)
      packages = installer.check(packages_of(release, jobs))
      return false unless confirmed?(jobs)
      installer.install(packages)
      JobInstaller.new(@layout, @store, @console, installer_options).install(rendered, packages)
      true
    end

    def packages_of(release, jobs)
      return [] if @options[:templates_only]
      named = jobs.map(&:packages).flatten.uniq
      closure = PackageClosure.new(release).order(named)
      @options[:dependencies] ? closure : closure.select { |package| named.include?(package.name) }
    end

    def confirmed?(jobs)
      announce(jobs)
      @options[:yes] || @console.confirmed?
    end

    def announce(jobs)
      return @console.say("Template files for the job #{@group_name} will be installed.") if @options[:templates_only]
      @console.say("The following templates and packages for job #{@group_name} will be installed.")
      jobs.each do |job|
        @console.say("    # #{job.name}")
        job.packages.each { |package| @console.say("        * #{package}") }
      end
    end

    # Without --instance the node is taken to have one instance only.
    def installer_options
      {
        :instance => @options[:instance] || "#{@group_name}_#{@options[:index]}",
        :inputs => @options[:inputs] && File.open(@options[:inputs], 'rb') { |io| io.read },
        :idle => @options[:idle],
        :hold => @options[:hold],
        :keep_monit_files => @options[:keep_monit_files] || @options[:instance]
      }
    end
  end
end
