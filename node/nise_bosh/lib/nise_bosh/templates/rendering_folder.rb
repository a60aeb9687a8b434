module NiseBosh
  # A rendering as files for people to read: jobs/JOB/PATH and monit/JOB.monitrc in a folder that only its owner can read.
  module RenderingFolder
    module_function

    def write(folder, rendered)
      rendered.each do |job_name, files|
        files.each do |path, text|
          target = path == Renderer::MONIT ? "monit/#{job_name}.monitrc" : "jobs/#{job_name}/#{path}"
          AtomicFile.write(File.join(folder, target), text, target =~ %r{/bin/} ? 0700 : 0600)
        end
      end
    end
  end
end
