module NiseBosh
  # Progress for people: lines on standard output, problems on standard error.
  class Console
    CLOSING_LINE = 'Done!'

    def initialize(input, output, errors)
      @input = input
      @output = output
      @errors = errors
    end

    # Where packaging scripts write what they print; their standard error is ours.
    def script_output
      @output
    end

    def say(text)
      @output.puts(text)
    end

    # +state+: started, done, skipped or failed.
    def package(package, state)
      case state
      when 'started' then say("Running the packaging script for #{package.name}")
      when 'skipped' then say("#{package.name}: The same version of the package is already installed. Skipping")
      else say("Package #{package.name} (#{package.version}): #{state}")
      end
    end

    def job(name, state)
      say("Job #{name}: #{state}")
    end

    def failed(error)
      @errors.puts(error.message)
    end

    def done
      say(CLOSING_LINE)
    end

    # An empty line, y or Y goes on. Throws Error when nobody is there to answer: that is not a no.
    def confirmed?
      prompt_stream.print('Do you want to continue? [Y/n]')
      prompt_stream.flush
      answer = @input.gets
      raise Error, "\nNo answer. Give -y to go on without one." if answer.nil?
      ['', 'y'].include?(answer.strip.downcase)
    end

    private

    def prompt_stream
      @output
    end
  end
end
