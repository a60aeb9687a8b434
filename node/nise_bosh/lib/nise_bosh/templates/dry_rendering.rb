require 'json'

module NiseBosh
  # Renders instances, JSON in and JSON out, for ruby in WebAssembly, which has no files and no processes.
  class DryRendering
    # Answers a request that brings its jobs along: {..., "jobs": as +initialize+ takes them}.
    def self.answer(request)
      new(JSON.parse(request)['jobs']).answer(request)
    end

    # +jobs+: {name => {path in the job archive => text}}, read once for all instances that have them. What is no
    # UTF-8 is {"base64": its bytes} here and in the answer.
    def initialize(jobs)
      @jobs = jobs
      @definitions = {}
    end

    # Request: {"manifest": YAML text or the mapping itself, "instance": name in the manifest, "index": 0,
    # "address": "10.0.0.1"}.
    # Answer: {"spec": without properties, "jobs": {name: {path: text}}}, monit under the path "monit";
    # or {"failures": [{job, template, line, property, message}]}, or {"error": sentence}.
    def answer(request)
      JSON.generate(render(JSON.parse(request)))
    rescue TemplateErrors => error
      JSON.generate('failures' => error.failures.map(&:to_hash))
    rescue Error => error
      JSON.generate('error' => error.message)
    rescue StandardError => error
      # Ruby's own messages may quote the manifest.
      JSON.generate('error' => "Internal error: #{error.class} at #{error.backtrace.first}")
    end

    private

    def render(wanted)
      answer_commands(wanted['address'])
      manifest = Manifest.new(mapping(wanted['manifest']))
      jobs = definitions(manifest.job_names(wanted['instance']))
      spec = InstanceSpec.build(manifest, wanted['instance'], jobs,
                                :index => wanted['index'], :address => wanted['address'])
      rendered = Renderer.render_all(jobs, spec).map { |name, files| [name, each_text(files) { |text| encode(text) }] }
      { 'spec' => spec.reject { |key, _value| key == 'properties' }, 'jobs' => Hash[rendered] }
    end

    # A template that can be rendered only on the node has no text.
    def each_text(files)
      Hash[files.reject { |_path, text| text.nil? }.map { |path, text| [path, yield(text)] }]
    end

    def encode(text)
      utf8 = text.dup.force_encoding(Encoding::UTF_8)
      utf8.valid_encoding? ? utf8 : { 'base64' => [text].pack('m').delete("\n") }
    end

    def decode(text)
      text.is_a?(Hash) ? text['base64'].unpack('m').first : text
    end

    def mapping(manifest)
      manifest.is_a?(String) ? YamlText.parse(manifest, 'The manifest') : manifest
    end

    # Throws TemplateErrors with what is wrong with any of them.
    def definitions(names)
      failures = []
      jobs = names.map do |name|
        begin
          definition(name)
        rescue TemplateErrors => error
          failures.concat(error.failures)
        end
      end
      failures.empty? ? jobs : raise(TemplateErrors.new(failures))
    end

    def definition(name)
      @definitions[name] ||= begin
        files = @jobs[name] || raise(Error, 'Given job does not exist!')
        JobDefinition.new(each_text(files) { |text| decode(text) }, name)
      end
    end

    # The only command that templates run asks for the node's address.
    def answer_commands(address)
      TemplateContext.send(:define_method, :`) do |command|
        raise NotImplementedError, 'a dry rendering runs no commands' unless command.start_with?('hostname -I')
        "#{address}\n"
      end
    end
  end
end
