require 'fileutils'
require 'securerandom'
require_relative 'app_instance'

# All instances on this machine, remembered in a file so that a restart brings them back.
class AppInstances
  # The block is called with an instance and whether it answers now.
  def initialize(folder, address:, logs:, &changed)
    @folder = folder
    @address = address
    @logs = logs
    @changed = changed
    @instances = {}
    @lock = Mutex.new
    FileUtils.mkdir_p(@folder)
  end

  def bring_back
    return unless File.exist?(memory_file)

    memories = JSON.parse(File.read(memory_file))
    FileUtils.rm_rf(Dir["#{@folder}/app-*"] - memories.map { |memory| memory['folder'] })
    memories.each do |memory|
      AppInstance.clear_away(memory)
      start(memory['wanted'], folder: memory['folder'])
    end
  end

  # Asked twice, it starts once. Each start has a folder of its own: an older one may still be on its way out.
  # What is wanted is noted at once, so that orders count in their order; the work is done in the background.
  def start(wanted, folder: File.join(@folder, "app-#{SecureRandom.hex(8)}"))
    instance = add(wanted, folder) or return
    remember
    Thread.new { run(instance, "#{wanted['name']}/#{wanted['index']}") }
  end

  # Instances of the droplet with these indexes (a range or a list), for good.
  def stop(droplet, indexes)
    stopped = to_a.select { |instance| instance.droplet == droplet && indexes.include?(instance.index) }
    forget(stopped)
    Thread.new do
      end_processes(stopped)
      FileUtils.rm_rf(stopped.map(&:folder))
    end
  end

  # When the service ends, the processes end with it; what is remembered stays.
  def suspend
    @suspended = true
    end_processes(to_a)
  end

  # None is on its way up.
  def settled?
    to_a.none? { |instance| instance.state == 'STARTING' }
  end

  def to_a
    @lock.synchronize { @instances.values }
  end

  private

  def run(instance, name)
    CfLite.log "starting #{name}"
    instance.run do |changed, answers|
      remember
      @changed.call(changed, answers)
    end
  rescue StandardError => error
    CfLite.log "#{name} does not start: #{error.message}"
    forget([instance])
  end

  # Nil when it is there already.
  def add(wanted, folder)
    key = [wanted['droplet'], wanted['index']]
    @lock.synchronize do
      next if @instances.key?(key)

      @instances[key] = AppInstance.new(wanted, folder: folder, address: @address, logs: @logs)
    end
  end

  def forget(instances)
    # By identity: a newer instance may have taken the place already.
    @lock.synchronize { @instances.delete_if { |_, instance| instances.include?(instance) } }
    remember
  end

  def end_processes(instances)
    instances.map { |instance| Thread.new { instance.stop } }.each(&:join)
  end

  def remember
    @lock.synchronize do
      next if @suspended

      File.write("#{memory_file}.new", JSON.generate(@instances.values.map(&:memory)))
      File.rename("#{memory_file}.new", memory_file)
    end
  end

  def memory_file
    File.join(@folder, 'instances.json')
  end
end
