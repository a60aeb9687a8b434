module NiseBosh
  # Parses, runs, and turns every failure into a message and exit code 1; there are no other codes than 0 and 1.
  class Cli
    def initialize(input = $stdin, output = $stdout, errors = $stderr)
      @input = input
      @output = output
      @errors = errors
      @console = Console.new(input, output, errors)
    end

    # Returns the exit code. A user who says no has not failed.
    def run(words)
      options = parse(words)
      return 1 unless options
      @console = JsonEvents.new(@input, @output, @errors) if options[:events]
      close(run_mode(options))
      0
    rescue Error, SystemCallError => error
      @console.failed(error)
      1
    rescue StandardError => error
      # Ruby's own messages may quote the manifest.
      @console.failed(Error.new("Internal error: #{error.class} at #{error.backtrace.first}"))
      1
    rescue SignalException => error
      @console.failed(Error.new("Stopped by #{error.class == Interrupt ? 'SIGINT' : error.message}"))
      1
    end

    private

    def parse(words)
      Options.new.parse(words)
    rescue Error => error
      @errors.puts(error.message)
      @output.puts(Options.usage)
      nil
    end

    # +outcome+: false when the user said no, :silent when there is nothing more to print.
    def close(outcome)
      return if outcome == :silent
      outcome == false ? @console.say('Abort.') : @console.done
    end

    def run_mode(options)
      layout = NodeLayout.new(options[:root])
      arguments = options[:arguments]
      case options[:mode]
      when :job then JobCommand.new(options, layout, @console).run
      when :packages then PackagesCommand.new(options, layout, @console).run
      when :archive then ArchiveCommand.new(options, @console).run
      when :release_file then ReleaseFileCommand.new(options, @console).run
      when :pack then archives(layout).pack(arguments.first, arguments[1..-2].first, File.expand_path(arguments.last))
      when :unpack then archives(layout).unpack(*arguments)
      end
    end

    def archives(layout)
      PackageArchive.new(PackageStore.new(layout))
    end
  end
end
