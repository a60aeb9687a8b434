require 'fileutils'

module NiseBosh
  # One monit entry per job: monit/job/<component>_<number>.<job>.monitrc.
  class MonitFiles
    def initialize(layout, instance_name)
      @layout = layout
      @instance_name = instance_name
    end

    # +entries+: {job name => text}. Each file appears by rename, as monit may read at any time. Gives the paths.
    def publish(entries)
      paths = entries.map do |job_name, text|
        path = File.join(@layout.monit_entries, "#{@instance_name}.#{job_name}.monitrc")
        AtomicFile.write(path, text, 0644)
        path
      end
      FileUtils.rm_f(own - paths + elsewhere(entries.keys))
      paths
    end

    # Entries of other instances, which a node with one component must not keep.
    def remove_others
      FileUtils.rm_f(Dir.glob(File.join(@layout.monit_entries, '*.monitrc')) - own)
    end

    private

    # A job of which a node needs one has moved here: monit refuses two entries of the same name.
    def elsewhere(job_names)
      Dir.glob(File.join(@layout.monit_entries, '*.monitrc')).select do |path|
        instance, job = File.basename(path, '.monitrc').split('.', 2)
        instance != @instance_name && job_names.include?(job)
      end
    end

    # A stopped instance's entries are old ones too: moved back, they would replace the new.
    def own
      [@layout.monit_entries, @layout.stopped_monit_entries].map do |folder|
        Dir.glob(File.join(folder, "#{@instance_name}.*.monitrc"))
      end.flatten
    end
  end
end
