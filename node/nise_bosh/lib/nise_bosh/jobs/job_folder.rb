require 'fileutils'

module NiseBosh
  # jobs/NAME, a link to the folder with one rendering: a new one replaces the old at once, and leaves no stale files.
  class JobFolder
    def initialize(layout, job_name)
      @layout = layout
      @job_name = job_name
    end

    # +files+: {path => text}. Modes are BOSH's: 0755 below a folder named bin, else 0644, whatever the umask.
    # Returns the absolute paths as jobs see them.
    def publish(files)
      folder = File.join(@layout.job_data(@job_name), "#{Time.now.utc.strftime('%Y%m%dT%H%M%S')}-#{$$}")
      FileUtils.rm_rf(folder)
      make_folder(folder)
      files.each { |path, text| write(folder, path, text) }
      AtomicFile.link(folder, @layout.job_link(@job_name))
      remove_except(folder)
      files.keys.map { |path| File.join(@layout.job_link(@job_name), path) }
    end

    def remove
      FileUtils.rm_rf([@layout.job_link(@job_name), @layout.job_data(@job_name)])
    end

    private

    def write(folder, path, text)
      parents = path.split('/')[0..-2]
      parents.each_index { |last| make_folder(File.join(folder, *parents[0..last])) }
      AtomicFile.write(File.join(folder, path), text, parents.include?('bin') ? 0755 : 0644)
    end

    def make_folder(path)
      FileUtils.mkdir_p(path)
      File.chmod(0755, path)
    end

    def remove_except(folder)
      FileUtils.rm_rf(Dir.glob(File.join(@layout.job_data(@job_name), '*')) - [folder])
    end
  end
end
