require 'etc'
require 'fileutils'

module CfLite
  # The life of a service: set up, tell the control script, wait for the end.
  module Service
    @last_steps = []

    # The block returns when the service truly works; only then does the control script write the pid file.
    def self.run
      $stdout.sync = $stderr.sync = true
      stopped = Queue.new
      %w[TERM INT].each { |signal| trap(signal) { stopped << signal } }
      yield
      FileUtils.touch(ENV['READY_FILE']) if ENV['READY_FILE']
      CfLite.log 'ready'
      stopped.pop
      CfLite.log 'stopping'
      @last_steps.reverse_each(&:call)
    end

    # What to do before the process ends in order, last registered first.
    def self.before_stop(&step)
      @last_steps << step
    end

    # Gives up root for good, once the privileged port is bound.
    def self.become(user)
      account = Etc.getpwnam(user)
      return if Process.uid == account.uid

      Process.initgroups(user, account.gid)
      Process::GID.change_privilege(account.gid)
      Process::UID.change_privilege(account.uid)
    end

    # Repeats the block until it answers something true; its errors are reasons to wait.
    def self.wait_for(what)
      last = nil
      loop do
        begin
          return if yield

          reason = 'not yet'
        rescue StandardError => error
          reason = error.message.strip
        end
        CfLite.log "waiting for #{what}: #{reason}" if reason != last
        last = reason
        sleep 0.5
      end
    end
  end
end
