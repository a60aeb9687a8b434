module NiseBosh
  # `nise-bosh RELEASE MANIFEST JOB`: everything that can be found wrong is found before anything is written.
  class JobCommand
    def initialize(options, layout, console)
      @options = options
      @layout = layout
      @console = console
      @store = PackageStore.new(layout)
      @release_path, @manifest_path, @group_name = options[:arguments]
    end

    # Gives false if the user said no.
    def run
      manifest = read_manifest
      ReleaseOpening.open(@release_path, @options[:release_file]) do |release|
        jobs = definitions(release, manifest)
        rendered = Renderer.render_all(jobs, spec(manifest, jobs))
        next RenderingFolder.write(File.expand_path(@options[:out]), rendered) if @options[:out]
        install(release, rendered, packages(release, jobs))
      end
    end

    private

    def read_manifest
      raise Error, 'Deploy config file not found!' unless File.file?(@manifest_path)
      Manifest.new(read_yaml(@manifest_path))
    end

    def read_yaml(path)
      YamlText.parse(File.open(path, 'rb') { |io| io.read }, path)
    end

    def definitions(release, manifest)
      manifest.job_names(@group_name).map { |name| JobArchive.read(release.job_archive(name)) }
    end

    def spec(manifest, jobs)
      InstanceSpec.build(
        manifest, @group_name, jobs,
        :index => @options[:index],
        :address => @options[:address],
        :own_address => OwnAddress.find,
        :overlay => @options[:spec_file] && read_yaml(@options[:spec_file])
      )
    end

    def packages(release, jobs)
      return [] if @options[:templates_only]
      closure = PackageClosure.new(release).order(jobs.map(&:packages).flatten.uniq)
      return closure if @options[:dependencies]
      named = jobs.map(&:packages).flatten
      closure.select { |package| named.include?(package.name) }
    end

    def install(release, rendered, packages)
      @console.say("Packages: #{packages.map(&:name).join(' ')}")
      @console.say("Jobs: #{rendered.keys.join(' ')}")
      return false unless @options[:yes] || @console.confirmed?
      compiler = PackageCompiler.new(@layout, @store, @options[:working_folder], @console)
      PackageInstaller.new(release, @store, compiler, @console, @options).install(packages)
      JobInstaller.new(@layout, @store, @console, installer_options).install(rendered, packages)
      true
    end

    # Whoever names the instance knows that the node has others.
    def installer_options
      {
        :instance => @options[:instance] || "#{@group_name}_#{@options[:index]}",
        :inputs => @options[:inputs] && File.open(@options[:inputs], 'rb') { |io| io.read },
        :idle => @options[:idle],
        :keep_monit_files => @options[:keep_monit_files] || @options[:instance]
      }
    end
  end
end
