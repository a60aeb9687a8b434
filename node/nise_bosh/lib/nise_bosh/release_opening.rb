require 'tmpdir'
require 'fileutils'

module NiseBosh
  # Opens a release given as a folder or as a tarball; the latter is unpacked for as long as the block runs.
  module ReleaseOpening
    module_function

    def open(path, release_file)
      raise Error, 'Release repository does not exist.' unless File.exist?(path)
      return yield(Release.new(path, release_file)) if File.directory?(path)
      Dir.mktmpdir('nise-bosh-release') do |folder|
        Tarball.unpack(path, folder)
        yield Release.new(folder, release_file)
      end
    end
  end
end
