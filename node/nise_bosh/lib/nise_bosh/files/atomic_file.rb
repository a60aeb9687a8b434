require 'fileutils'

module NiseBosh
  # Files and links that are either the old or the new one, never half of one. Nothing is forced to disk: the digests
  # in the markers tell what a power cut took.
  module AtomicFile
    module_function

    def write(path, text, mode)
      FileUtils.mkdir_p(File.dirname(path))
      draft = "#{path}.#{$$}.new"
      File.open(draft, 'wb') do |file|
        file.write(text)
        file.chmod(mode)
      end
      File.rename(draft, path)
    end

    # rename(2) cannot put a link in a folder's place, so a folder (of another tool) is moved away first.
    def link(target, path)
      FileUtils.mkdir_p(File.dirname(path))
      draft = "#{path}.#{$$}.new"
      FileUtils.rm_f(draft)
      File.symlink(target, draft)
      former = "#{path}.#{$$}.former"
      File.rename(path, former) if File.directory?(path) && !File.symlink?(path)
      File.rename(draft, path)
      FileUtils.rm_rf(former)
    end
  end
end
