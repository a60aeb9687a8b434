module NiseBosh
  # What the jobs of one instance may see of the manifest: BOSH merges the declarations of all of them into one set.
  module VisibleProperties
    module_function

    # Jobs that declare properties see those alone, each with the manifest's value or its default;
    # jobs without a declaration see everything. BOSH refuses to mix both kinds. Throws Error, TemplateErrors.
    def select(jobs, properties)
      return properties if jobs.none?(&:properties)
      refuse_mix(jobs) unless jobs.all?(&:properties)
      PropertyShapes.check(jobs, properties)
      jobs.each_with_object({}) do |job, visible|
        job.properties.each { |name, declaration| place(visible, properties, name, declaration || {}) }
      end
    end

    def place(visible, properties, name, declaration)
      value = PropertyLookup.find(properties, name)
      value = declaration['default'] if value.nil?
      PropertyLookup.place(visible, name, PropertyLookup.copy(value))
    end

    def refuse_mix(jobs)
      declaring, others = jobs.partition(&:properties).map { |kind| kind.map(&:name).join(', ') }
      raise Error, "Jobs that declare properties (#{declaring}) and jobs that do not (#{others}) " \
                   'cannot share an instance'
    end
  end
end
