# The machines that run applications, as they advertise themselves; one that goes silent is not asked any more.
class DeaPool
  LIFETIME = 12

  def initialize(clock: -> { Process.clock_gettime(Process::CLOCK_MONOTONIC) })
    @clock = clock
    @lock = Mutex.new
    @deas = {}
  end

  # `message`: dea, and droplets with how many instances of each it has.
  def advertise(message)
    @lock.synchronize { @deas[message['dea']] = [@clock.call, message['droplets']] }
  end

  def withdraw(message)
    @lock.synchronize { @deas.delete(message['dea']) }
  end

  # The machine with the fewest instances of the droplet, among equals the one with the fewest at all; nil when none is
  # known. The instance counts at once: the machine's own word comes later.
  def pick(droplet)
    @lock.synchronize do
      alive = @deas.select { |_, (at, _)| @clock.call - at < LIFETIME }.transform_values(&:last)
      dea, droplets = alive.min_by { |name, counts| [counts.fetch(droplet, 0), counts.values.sum, name] }
      droplets[droplet] = droplets.fetch(droplet, 0) + 1 if dea
      dea
    end
  end
end
