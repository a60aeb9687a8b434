require 'fileutils'

module NiseBosh
  # One monit entry per job: monit/job/<component>_<number>.<job>.monitrc, where monit finds it. A held one lies in
  # bosh/instances/<component>_<number>/monit/<job>.monitrc until somebody starts the instance.
  class MonitFiles
    def initialize(layout, instance_name, held)
      @layout = layout
      @instance_name = instance_name
      @held = held
    end

    # +entries+: {job name => text}. Each file appears by rename, since monit may read it at any time. Returns the paths.
    def publish(entries)
      paths = entries.map do |job_name, text|
        path = path_of(job_name)
        AtomicFile.write(path, text, 0644)
        path
      end
      others = elsewhere(entries.keys)
      note_taken(others) if @held
      FileUtils.rm_f(own - paths + others)
      paths
    end

    # Entries of other instances, which must go where a node has one component only.
    def remove_others
      FileUtils.rm_f(active('*') - active(@instance_name))
    end

    private

    def path_of(job_name)
      return File.join(@layout.held_monit_entries(@instance_name), "#{job_name}.monitrc") if @held
      File.join(@layout.monit_entries, "#{@instance_name}.#{job_name}.monitrc")
    end

    # Whoever starts the instance restarts what runs: it has another instance's files.
    def note_taken(others)
      return if others.empty?
      names = others.map { |path| "#{path}\n" }.join
      AtomicFile.write(File.join(@layout.instance(@instance_name), 'taken'), names, 0644)
    end

    # Another instance's entry for the same job: monit refuses two entries of one name.
    def elsewhere(job_names)
      others = job_names.map { |job_name| active('*', job_name) + held('*', job_name) }.flatten
      others - active(@instance_name) - held(@instance_name)
    end

    # The start of a held instance replaces what monit has loaded.
    def own
      @held ? held(@instance_name) : held(@instance_name) + active(@instance_name)
    end

    def active(instance_name, job_name = '*')
      Dir.glob(File.join(@layout.monit_entries, "#{instance_name}.#{job_name}.monitrc"))
    end

    def held(instance_name, job_name = '*')
      Dir.glob(File.join(@layout.held_monit_entries(instance_name), "#{job_name}.monitrc"))
    end
  end
end
