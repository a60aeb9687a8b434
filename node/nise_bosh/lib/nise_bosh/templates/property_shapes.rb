module NiseBosh
  # A manifest that gives a text or a number where a job declares properties below that name. BOSH crashes on most
  # of these and takes a text for "nothing set"; here all of them are reported.
  module PropertyShapes
    module_function

    # Throws TemplateErrors; what is not set is no problem of shape.
    def check(jobs, properties)
      failures = jobs.map { |job| failures_of(job, properties) }.flatten(1)
      raise TemplateErrors.new(failures) unless failures.empty?
    end

    def failures_of(job, properties)
      misshapen = job.property_parents.reject { |name| [NilClass, Hash].include?(PropertyLookup.find(properties, name).class) }
      misshapen.map do |name|
        below = job.properties.keys.select { |declared| declared.start_with?("#{name}.") }
        message = "property #{name} must be a mapping, as #{below.join(', ')} can be set below it"
        TemplateFailure.new(job.name, 'job.MF', nil, name, message)
      end
    end
  end
end
