module NiseBosh
  # One reason why one template cannot be rendered. +line+ and +property+ may be nil.
  TemplateFailure = Struct.new(:job, :template, :line, :property, :message) do
    def to_s
      "#{job}: #{template}#{line ? " line #{line}" : ''}: #{message}"
    end

    def to_hash
      Hash[members.map { |member| [member.to_s, self[member]] }]
    end
  end
end
