module NiseBosh
  # A release job as its archive holds it: job.MF, monit and templates/, given as {path in the archive => text}.
  class JobDefinition
    attr_reader :name, :packages, :templates, :properties

    # +properties+ is nil where job.MF has no such key: such a job sees the whole manifest. +name+: as the release
    # calls the job. Throws TemplateErrors.
    def initialize(files, name)
      @files = files
      file = JobFile.new(name, files[JobFile::NAME])
      @name = file.name
      @packages = file.packages
      @templates = file.templates
      @properties = file.properties
    end

    # The text of templates/+source+; nil if the archive lacks it.
    def template(source)
      @files["templates/#{source}"]
    end

    def monit
      @files['monit']
    end

    # First parts of the declared properties' names: `nats` for `nats.user`.
    def property_parents
      @property_parents ||= @properties.keys.map { |name| parents_of(name) }.flatten.uniq
    end

    private

    def parents_of(name)
      keys = name.split('.')
      (1...keys.size).map { |length| keys.first(length).join('.') }
    end
  end
end
