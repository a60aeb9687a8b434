require 'json'

module NiseBosh
  # A release job as its archive holds it: job.MF, monit and templates/, given as {path in the archive => text}.
  class JobDefinition
    attr_reader :name, :packages, :templates, :properties

    # +properties+ is nil where job.MF has no such key: such a job sees the whole manifest.
    def initialize(files)
      @files = files
      raise Error, 'A job archive without job.MF' unless files['job.MF']
      declared = YamlText.parse(files['job.MF'], 'job.MF')
      @name = declared['name']
      @packages = declared['packages'] || []
      @templates = declared['templates'] || {}
      @properties = as_kept(declared['properties'])
      @templates.values.each { |target| check_target(target) }
    end

    # The text of templates/+source+; nil if the archive lacks it.
    def template(source)
      @files["templates/#{source}"]
    end

    def monit
      @files['monit']
    end

    # Names that properties are declared below: `nats` for `nats.user`.
    def property_parents
      @property_parents ||= @properties.keys.map { |name| parents_of(name) }.flatten.uniq
    end

    private

    def parents_of(name)
      keys = name.split('.')
      (1...keys.size).map { |length| keys.first(length).join('.') }
    end

    # The director keeps declarations as JSON, so defaults have text keys and no symbols or dates.
    def as_kept(properties)
      properties && JSON.parse(JSON.generate(properties))
    end

    def check_target(target)
      return unless target.start_with?('/') || target.split('/').include?('..') || target =~ /[\\[:cntrl:]]/
      raise Error, "Job #{name} has a template target outside its folder: #{target.inspect}"
    end
  end
end
