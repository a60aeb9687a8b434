require 'tmpdir'

module NiseBosh
  # Reads a job's archive into a JobDefinition.
  module JobArchive
    module_function

    # +name+: of the job, as the release calls it.
    def read(file, name)
      raise Error, "Job archive #{file} is missing" unless File.file?(file)
      Dir.mktmpdir('nise-bosh-job') do |folder|
        Tarball.unpack(file, folder)
        JobDefinition.new(texts_in(folder), name)
      end
    end

    def texts_in(folder)
      paths = Dir.glob(File.join(folder, '**', '*'), File::FNM_DOTMATCH).select { |path| File.file?(path) }
      Hash[paths.map { |path| [path[folder.length + 1..-1], File.open(path, 'rb') { |io| io.read }] }]
    end
  end
end
