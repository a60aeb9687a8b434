require 'json'

module NiseBosh
  # Renders an instance from one JSON text to another, for ruby in WebAssembly, which has no files and no processes.
  module DryRendering
    module_function

    # Request: {"manifest": YAML text, "instance": name in the manifest, "index": 0, "address": "10.0.0.1",
    # "jobs": {name: {path in the job archive: text}}}.
    # Answer: {"spec": without properties, "jobs": {name: {path: text}}}, monit under the path "monit";
    # or {"failures": [{job, template, line, property, message}]}, or {"error": sentence}.
    def answer(request)
      wanted = JSON.parse(request)
      answer_commands(wanted['address'])
      manifest = Manifest.new(YamlText.parse(wanted['manifest'], 'The manifest'))
      jobs = definitions(manifest, wanted)
      spec = InstanceSpec.build(manifest, wanted['instance'], jobs,
                                :index => wanted['index'], :address => wanted['address'])
      JSON.generate('spec' => spec.reject { |key, _value| key == 'properties' },
                    'jobs' => Renderer.render_all(jobs, spec))
    rescue TemplateErrors => error
      JSON.generate('failures' => error.failures.map(&:to_hash))
    rescue Error => error
      JSON.generate('error' => error.message)
    rescue StandardError => error
      # Ruby's own messages may quote the manifest.
      JSON.generate('error' => "Internal error: #{error.class} at #{error.backtrace.first}")
    end

    def definitions(manifest, wanted)
      manifest.job_names(wanted['instance']).map do |name|
        JobDefinition.new(wanted['jobs'][name] || raise(Error, 'Given job does not exist!'))
      end
    end

    # The one command that templates run asks for the node's address.
    def answer_commands(address)
      TemplateContext.send(:define_method, :`) do |command|
        raise NotImplementedError, 'a dry rendering runs no commands' unless command.start_with?('hostname -I')
        "#{address}\n"
      end
    end
  end
end
