require 'digest'
require 'fileutils'
require 'socket'

# One process of an application, started again whenever it ends.
class AppInstance
  START_SECONDS = 20
  attr_reader :folder, :port, :state

  # `wanted` is the message that asked for the instance; `logs` takes the lines the application writes.
  def initialize(wanted, folder:, address:, logs:)
    @wanted = wanted
    @folder = folder
    @address = address
    @logs = logs
    @state = 'STARTING'
  end

  def droplet
    @wanted['droplet']
  end

  def index
    @wanted['index']
  end

  def uris
    @wanted['uris']
  end

  # The block is called with true each time the application answers, with false each time it is started or has ended.
  def run(&changed)
    fetch_bits
    @keeper = Thread.new do
      until @stopped
        run_once(&changed)
        sleep 1 unless @stopped
      end
    rescue StandardError => error
      CfLite.log "#{droplet}/#{index}: #{error.message}"
      @state = 'CRASHED'
    end
  end

  # Ends the process; its folder stays.
  def stop
    @stopped = true
    signal('TERM')
    signal('KILL') unless @keeper&.join(5)
  end

  # What brings the instance back after a restart of this machine's service: the message, and the process to clear away.
  def memory
    { 'wanted' => @wanted, 'folder' => @folder, 'pid' => @pid, 'started' => @pid && AppInstance.start_ticks(@pid) }
  end

  # A pid alone may belong to somebody else by now.
  def self.clear_away(memory)
    pid = memory['pid']
    Process.kill('KILL', -pid) if pid && start_ticks(pid) == memory['started']
  rescue Errno::ESRCH
    nil
  end

  def self.start_ticks(pid)
    File.read("/proc/#{pid}/stat").rpartition(')').last.split[19]
  rescue Errno::ENOENT, Errno::ESRCH
    nil
  end

  private

  def file
    File.join(@folder, 'app.rb')
  end

  # After a restart the copy on this machine will do: the cloud controller may be away.
  def fetch_bits
    return if File.exist?(file) && Digest::SHA1.file(file).hexdigest == @wanted['sha1']

    FileUtils.mkdir_p(@folder)
    url = URI(@wanted['executableUri'])
    answer = CfLite::HttpClient.request(:get, url, basic: [url.user, url.password])
    raise "its bits: the cloud controller answered #{answer.code}" unless answer.is_a?(Net::HTTPSuccess)
    raise 'its bits are damaged' unless Digest::SHA1.hexdigest(answer.body) == @wanted['sha1']

    File.binwrite(file, answer.body)
  end

  def run_once
    @state = 'STARTING'
    @port = free_port
    output, input = IO.pipe
    @pid = Process.spawn(environment, RbConfig.ruby, 'app.rb', chdir: @folder, pgroup: true, in: :close,
                                                              out: input, err: input, unsetenv_others: true)
    input.close
    yield self, false
    reader = Thread.new { output.each_line { |line| @logs.call(self, line.chomp) } }
    if answering?
      @state = 'RUNNING'
      yield self, true
    end
    Process.wait(@pid)
    yield self, false
  ensure
    reader&.join(1)
    output&.close
    @pid = nil
  end

  def environment
    about = { name: @wanted['name'], application_id: droplet, instance_index: index, host: @address, port: @port,
              uris: uris }
    { 'PORT' => @port.to_s, 'VCAP_APPLICATION' => JSON.generate(about), 'LANG' => 'C.UTF-8', 'PATH' => ENV['PATH'],
      'HOME' => @folder }
  end

  def free_port
    server = TCPServer.new('0.0.0.0', 0)
    server.addr[1]
  ensure
    server&.close
  end

  def answering?
    deadline = Time.now + START_SECONDS
    while Time.now < deadline && AppInstance.start_ticks(@pid)
      begin
        Socket.tcp('127.0.0.1', @port, connect_timeout: 1).close
        return true
      rescue SystemCallError
        sleep 0.05
      end
    end
    signal('KILL') # Deaf or dead; the keeper starts it anew.
    false
  end

  # To the whole group: an application may have children.
  def signal(name)
    Process.kill(name, -@pid) if @pid
  rescue Errno::ESRCH
    nil
  end
end
