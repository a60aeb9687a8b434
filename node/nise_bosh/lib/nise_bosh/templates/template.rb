require 'erb'

module NiseBosh
  # One ERB template of a job: plain ERB without trim mode, as BOSH of that time.
  class Template
    # A template's code may fail in any way; even a call of exit must not end the installation.
    FAILURES = [StandardError, ScriptError, SystemStackError, SystemExit]

    # {text => what ERB makes of it}: instances have templates in common.
    COMPILED = Hash.new { |known, text| known[text] = ERB.new(text).src }

    attr_reader :failures

    # +source+ names the template in messages, +text+ is nil if the job's archive lacks it.
    def initialize(job_name, source, text)
      @job_name = job_name
      @source = source
      @text = text && text.dup.force_encoding(Encoding::UTF_8)
      @failures = []
    end

    # The rendered text; nil with +failures+ filled if that is impossible. +context+: made of +spec+, and shared by the
    # templates of a job, as one may set what another reads.
    def render(spec, context)
      return fail_with(nil, nil, 'is missing in the job archive') unless @text
      evaluate(context)
    rescue UnknownProperty => error
      note_missing(spec, error)
    rescue SyntaxError => error
      note_syntax(spec, error)
    rescue *FAILURES => error
      note(spec, error)
    end

    private

    # The compiled source starts with an encoding comment of its own, so counting starts at line 0.
    def evaluate(context)
      eval(COMPILED[@text], context.get_binding, @source, 0)
    end

    # Renders again with stand-ins; what fails only because of a stand-in is not reported.
    def note_missing(spec, error)
      missing = []
      begin
        evaluate(TemplateContext.new(spec, missing))
      rescue *FAILURES
        missing
      end
      missing << [error.names, error.backtrace] if missing.empty?
      missing.uniq(&:first).each do |names, trace|
        fail_with(line_in(trace), names.join(' or '), UnknownProperty.new(names).message)
      end
      nil
    end

    # Problems besides the marks are reported as well.
    def note_syntax(spec, error)
      marks = TrimMarks.lines(@text)
      return tell_syntax(spec, error) if marks.empty?
      fail_with(marks.first, nil, TrimMarks.advice(marks))
      left = complaint(TrimMarks.without(@text))
      tell_syntax(spec, left) if left
    end

    def tell_syntax(spec, error)
      message = "is not ruby: #{SyntaxComplaint.text(error)}"
      fail_with(SyntaxComplaint.line(error), nil, Redaction.new(spec['properties']).apply(message))
    end

    # The SyntaxError of a text that is read without being run; nil if there is none.
    def complaint(text)
      eval("proc {\n#{ERB.new(text).src}\n}", TOPLEVEL_BINDING, @source, -1)
      nil
    rescue SyntaxError => error
      error
    end

    def note(spec, error)
      line = line_in(error.backtrace)
      property = error.is_a?(NoMethodError) && line ? nil_property(@text.lines.to_a[line - 1].to_s, spec) : nil
      message = property ? "property #{property} is not set" : describe(error)
      fail_with(line, property, Redaction.new(spec['properties']).apply(message))
    end

    # Not ruby's own message: a NameError quotes the object with all its values.
    def describe(error)
      case error
      when NameError then "undefined #{error.is_a?(NoMethodError) ? 'method' : 'name'} #{error.name}"
      when ScriptError then "#{error.class}: #{error.message.lines.first.to_s.strip}"
      else "#{error.class}: #{error.message}"
      end
    end

    # `properties.a.b` throws when properties.a is nil: the first unset level that the line names.
    def nil_property(code, spec)
      code.scan(/\bproperties((?:\.[a-z_]\w*)+)/i).flatten.each do |chain|
        levels = chain[1..-1].split('.')
        prefixes = (1...levels.size).map { |length| levels.first(length).join('.') }
        unset = prefixes.find { |name| PropertyLookup.find(spec['properties'], name).nil? }
        return unset if unset
      end
      nil
    end

    def line_in(trace)
      frame = (trace || []).find { |entry| entry.start_with?("#{@source}:") }
      frame && frame[@source.length + 1..-1].to_i
    end

    def fail_with(line, property, message)
      @failures << TemplateFailure.new(@job_name, @source, line, property, message)
      nil
    end
  end
end
