module NiseBosh
  # Renders jobs without touching files or processes (unless a template's code does), so it also runs in WebAssembly.
  module Renderer
    MONIT = 'monit'

    module_function

    # +spec+: as InstanceSpec builds it. Returns {job name => {path below the job's folder => text}}, the monit entry under
    # 'monit'. Throws TemplateErrors with the failures of all jobs.
    def render_all(jobs, spec)
      failures = []
      rendered = jobs.map { |job| [job.name, render_job(job, spec, failures)] }
      raise TemplateErrors.new(failures) unless failures.empty?
      Hash[rendered]
    end

    def render_job(job, spec, failures)
      context = TemplateContext.new(spec)
      files = templates_of(job).map do |source, target, text|
        template = Template.new(job.name, source, text)
        output = template.render(spec, context)
        failures.concat(template.failures)
        [target, output]
      end
      Hash[files]
    end

    # In BOSH's order: monit comes first.
    def templates_of(job)
      templates = job.templates.map { |source, target| [source, target, job.template(source)] }
      job.monit ? [[MONIT, MONIT, job.monit]] + templates : templates
    end
  end
end
