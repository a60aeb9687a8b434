require 'fileutils'
require 'tmpdir'

module NiseBosh
  # The part of a release that one job needs, as a release tarball of its own.
  class ReleaseBundle
    def initialize(release)
      @release = release
    end

    # +destination+: a file, a folder, or nil for the current folder. Gives the path written.
    def write(job_name, destination)
      archive = @release.job_archive(job_name)
      packages = PackageClosure.new(@release).order(JobArchive.read(archive).packages)
      file = file_for(job_name, destination)
      Dir.mktmpdir('nise-bosh-bundle') do |folder|
        copy(@release.file, File.join(folder, 'release.MF'))
        copy(archive, File.join(folder, 'jobs', "#{job_name}.tgz"))
        packages.each { |package| copy(package.archive, File.join(folder, 'packages', "#{package.name}.tgz")) }
        Tarball.pack(folder, file)
      end
      file
    end

    private

    def file_for(job_name, destination)
      name = "#{@release.name}-#{job_name}-#{@release.version}.tar.gz"
      return File.expand_path(name) unless destination
      path = File.expand_path(destination)
      File.directory?(path) ? File.join(path, name) : path
    end

    def copy(source, target)
      raise Error, "#{source} is missing" unless File.file?(source)
      FileUtils.mkdir_p(File.dirname(target))
      FileUtils.cp(source, target)
    end
  end
end
