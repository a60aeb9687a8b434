require 'fileutils'
require 'tmpdir'
require 'yaml'

module NiseBosh
  # The part of a release that some of its jobs need: release.yml, and the archives in release/ as a repository has them.
  class ReleaseBundle
    FILE = 'release.yml'
    FOLDER = 'release'

    def initialize(release)
      @release = release
    end

    # +name+: what it is called after; +destination+: a file, a folder, or nil for the current folder.
    # Returns the path written. Throws Error with all archives that are missing or damaged.
    def write(name, job_names, destination)
      jobs = job_names.map { |job_name| @release.job(job_name) }
      packages = packages_of(jobs)
      file = file_for(name, destination)
      Dir.mktmpdir('nise-bosh-bundle') do |folder|
        copy(@release.file, File.join(folder, FILE))
        { 'jobs' => jobs, 'packages' => packages }.each do |kind, builds|
          builds.each { |build| add(File.join(folder, FOLDER), kind, build) }
        end
        pack(folder, file)
      end
      file
    end

    private

    def packages_of(jobs)
      ArchiveCheck.check(jobs)
      names = jobs.map { |job| JobArchive.read(job.archive.path, job.name).packages }.flatten.uniq
      ArchiveCheck.check(PackageClosure.new(@release).order(names))
    end

    def file_for(name, destination)
      file = "#{@release.name}-#{name}-#{@release.version}.tar.gz"
      return File.expand_path(file) unless destination
      path = File.expand_path(destination)
      File.directory?(path) || destination.end_with?('/') ? File.join(path, file) : path
    end

    def add(folder, kind, build)
      target = File.join(folder, BuildArchives.path(kind, build.name, build.version))
      copy(build.archive.path, target)
      entry = { 'version' => build.version, 'sha1' => build.archive.sha1 }.reject { |_key, value| value.nil? }
      index = YAML.dump('builds' => { build.fingerprint => entry })
      File.open(File.join(File.dirname(target), 'index.yml'), 'wb') { |io| io.write(index) }
    end

    def copy(source, target)
      FileUtils.mkdir_p(File.dirname(target))
      FileUtils.cp(source, target)
    end

    # It gets its name when it is complete.
    def pack(folder, file)
      draft = "#{file}.#{$$}.new"
      FileUtils.mkdir_p(File.dirname(file))
      Tarball.pack(folder, draft)
      File.rename(draft, file)
    ensure
      FileUtils.rm_f(draft)
    end
  end
end
