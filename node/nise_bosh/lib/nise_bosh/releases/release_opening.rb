require 'tmpdir'
require 'fileutils'

module NiseBosh
  # Opens a release: a tarball (unpacked while the block runs), a folder with an unpacked one, an archive that -a has
  # made, or a release repository.
  module ReleaseOpening
    module_function

    # +file+: a release file to use instead of the one that would be chosen, or nil.
    def open(path, file)
      raise Error, 'Release repository does not exist.' unless File.exist?(path)
      return yield(in_folder(path, file)) if File.directory?(path)
      Dir.mktmpdir('nise-bosh-release') do |folder|
        Tarball.unpack(path, folder)
        yield in_folder(folder, file)
      end
    end

    def in_folder(folder, file)
      manifest = File.join(folder, 'release.MF')
      return Release.new(file || manifest, FlatArchives.new(folder)) if File.file?(manifest)
      bundled = File.join(folder, ReleaseBundle::FILE)
      return in_repository(File.join(folder, ReleaseBundle::FOLDER), file || bundled) if File.file?(bundled)
      in_repository(folder, file)
    end

    def in_repository(folder, file)
      archives = BuildArchives.in?(folder) ? BuildArchives.new(folder) : FlatArchives.new(folder)
      Release.new(file || ReleaseChoice.new(folder).newest, archives)
    end
  end
end
