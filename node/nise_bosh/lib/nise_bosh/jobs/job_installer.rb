require 'digest'
require 'fileutils'

module NiseBosh
  # Puts an instance's rendered jobs in place. Everything before `install` only reads.
  class JobInstaller
    # +options+: :instance, :inputs (text, see InstanceMarker; nil = packages, jobs and a digest of the rendered files),
    # :idle (jobs that get no monit entry), :hold (see MonitFiles), :keep_monit_files.
    def initialize(layout, store, console, options)
      @layout = layout
      @store = store
      @console = console
      @options = options
      @marker = InstanceMarker.new(layout, options[:instance])
      @monit = MonitFiles.new(layout, options[:instance], options[:hold])
    end

    # +rendered+: {job name => {path => text}}, +packages+: all compiled. The marker is removed first and written last.
    def install(rendered, packages)
      @marker.withdraw
      SystemFolders.make(@layout)
      packages.each { |package| @store.link(package.name, package.fingerprint) }
      files = publish_jobs(rendered) + publish_monit(rendered)
      @marker.jobs_left_over(rendered.keys).each { |name| remove(name) }
      @marker.write(@options[:inputs] || inputs(rendered, packages), files)
    end

    private

    def publish_jobs(rendered)
      rendered.map do |name, files|
        paths = JobFolder.new(@layout, name).publish(files.reject { |path, _text| path == Renderer::MONIT })
        @console.job(name, 'installed')
        paths
      end.flatten
    end

    def publish_monit(rendered)
      with_monit = rendered.select { |name, files| files[Renderer::MONIT] && !@options[:idle].include?(name) }
      @monit.remove_others unless @options[:keep_monit_files]
      @monit.publish(Hash[with_monit.map { |name, files| [name, files[Renderer::MONIT]] }])
    end

    def remove(name)
      JobFolder.new(@layout, name).remove
      @console.job(name, 'removed')
    end

    def inputs(rendered, packages)
      lines = packages.map { |package| "package #{package.name} #{package.fingerprint}" }
      lines += rendered.map { |name, files| "job #{name} #{Digest::SHA256.hexdigest(files.sort.inspect)}" }
      lines.map { |line| "#{line}\n" }.join
    end
  end
end
