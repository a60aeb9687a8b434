module NiseBosh
  # Thrown when templates cannot be rendered, with every failure of every template.
  class TemplateErrors < Error
    attr_reader :failures

    def initialize(failures)
      @failures = failures
      lines = failures.map { |failure| "\n  #{failure}" }
      super("#{failures.size} template error(s), nothing was installed:#{lines.join}")
    end
  end
end
