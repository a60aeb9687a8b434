require 'json'

module NiseBosh
  # Progress for programs: one JSON object a line on standard output, {"event": name, ...}. Nothing else goes there:
  # what packaging scripts print and the prompt go to standard error.
  class JsonEvents < Console
    def script_output
      @errors
    end

    def say(text)
      emit('message', 'text' => text)
    end

    # +state+: started, done, skipped or failed.
    def package(package, state)
      emit('package', 'name' => package.name, 'fingerprint' => package.fingerprint, 'state' => state)
    end

    # +state+: installed or removed.
    def job(name, state)
      emit('job', 'name' => name, 'state' => state)
    end

    def failed(error)
      error.failures.each { |failure| emit('template', failure.to_hash) } if error.is_a?(TemplateErrors)
      emit('failed', 'message' => error.message)
    end

    def done
      emit('done', 'message' => CLOSING_LINE)
    end

    private

    def emit(event, fields)
      @output.puts(JSON.generate({ 'event' => event }.merge(fields)))
      @output.flush
    end

    def prompt_stream
      @errors
    end
  end
end
