require 'json'

module NiseBosh
  # Reads and checks a job's job.MF, which holds no secrets. Throws TemplateErrors.
  class JobFile
    NAME = 'job.MF'

    def initialize(job_name, text)
      @job_name = job_name
      @text = text || refuse('is missing in the job archive')
      @document = parse
      refuse("must be a mapping with the keys name, templates and packages, not #{kind(@document)}") unless @document.is_a?(Hash)
    end

    def name
      @document['name'] || @job_name
    end

    def packages
      list = @document['packages'] || []
      wanted(list.is_a?(Array) && list.all? { |name| name.is_a?(String) }, 'packages', 'a list of names')
      list
    end

    # {source => target}
    def templates
      map = @document['templates'] || {}
      plain = map.is_a?(Hash) && map.to_a.flatten(1).all? { |path| path.is_a?(String) }
      wanted(plain, 'templates', 'a mapping from source to target, such as ctl.erb: bin/ctl')
      map.each_value { |target| check_target(target) }
      map
    end

    # {name => declaration}; nil if job.MF has no such key: such a job sees the whole manifest.
    def properties
      map = @document['properties']
      return if map.nil?
      wanted(map.is_a?(Hash), 'properties', 'a mapping from names to declarations')
      map.each do |name, declaration|
        known = [NilClass, String, Hash].any? { |type| declaration.is_a?(type) }
        wanted(known, "the declaration of #{name}", 'a mapping with description and default')
        check_default(name, declaration['default']) if declaration.is_a?(Hash)
      end
      as_kept(map)
    end

    private

    def parse
      YamlText.decode(YamlText.load(@text.dup.force_encoding(Encoding::UTF_8)))
    rescue Psych::SyntaxError => error
      refuse("is not readable YAML: #{[error.problem, error.context].compact.join(' ')}", error.line)
    rescue Psych::Exception, ArgumentError => error
      tag = @text.lines.to_a.index { |line| line =~ /(?:^|\s)!(?!binary)/n }
      refuse("is not plain YAML (#{error.message}): write texts, numbers, lists and mappings only", tag && tag + 1)
    end

    # The director keeps declarations as JSON, so defaults have text keys and no symbols or dates.
    def as_kept(map)
      JSON.parse(JSON.generate(map))
    rescue JSON::JSONError, SystemStackError => error
      refuse("has properties that BOSH cannot keep (#{error.class}): write texts, numbers, lists and mappings only")
    end

    def check_default(name, value)
      case value
      when Hash then value.each { |pair| pair.each { |inner| check_default(name, inner) } }
      when Array then value.each { |inner| check_default(name, inner) }
      when Float
        return if value.finite?
        refuse("the default of #{name} is not a finite number: write a number, or a text in quotes", line_of(name), name)
      when String
        return if value.dup.force_encoding(Encoding::UTF_8).valid_encoding?
        refuse("the default of #{name} is not UTF-8: write it as base64 in quotes, and decode it in the template", line_of(name), name)
      end
    end

    def check_target(target)
      if target.start_with?('/') || target.split('/').include?('..') || target =~ /[\\[:cntrl:]]/
        refuse("has a template target outside the job's folder: #{target.inspect}", line_of(target))
      end
      return unless target.split('/').reject { |part| ['', '.'].include?(part) } == [Renderer::MONIT]
      refuse("has a template whose target is monit, the place of the job's monit entry: give it another target", line_of(target))
    end

    def wanted(is_so, what, shape)
      refuse("#{what} must be #{shape}", line_of(what[/\S+\z/])) unless is_so
    end

    # The line where a key or value first occurs.
    def line_of(word)
      index = @text.lines.to_a.index { |line| line =~ /(?:^|[\s'"{,])#{Regexp.escape(word.to_s)}(?:$|[\s'":},])/n }
      index && index + 1
    end

    def kind(value)
      case value
      when nil then 'nothing'
      when Array then 'a list'
      else 'a single value'
      end
    end

    def refuse(message, line = nil, property = nil)
      raise TemplateErrors.new([TemplateFailure.new(@job_name, NAME, line, property, message)])
    end
  end
end
