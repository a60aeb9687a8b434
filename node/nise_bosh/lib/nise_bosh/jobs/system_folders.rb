require 'etc'
require 'fileutils'

module NiseBosh
  # Folders that jobs' scripts expect and a BOSH agent would make. Existing ones stay as they are.
  module SystemFolders
    FOLDERS = %w[bosh/etc data/packages data/sys/run data/sys/log data/tmp jobs monit/job packages store]

    module_function

    def make(layout)
      FileUtils.mkdir_p(FOLDERS.map { |folder| layout.path(folder) })
      make_shared(layout.path('shared'))
      sys = layout.path('sys')
      File.symlink(layout.path('data', 'sys'), sys) unless File.exist?(sys) || File.symlink?(sys)
      FileUtils.mkdir_p([File.join(sys, 'run'), File.join(sys, 'log')])
    end

    # NFS clients write there as vcap.
    def make_shared(folder)
      return if File.exist?(folder)
      FileUtils.mkdir_p(folder)
      vcap = Etc.getpwnam('vcap')
      File.chown(vcap.uid, vcap.gid, folder) if Process.uid == 0
    rescue ArgumentError
      # There is no such account (yet).
    end
  end
end
