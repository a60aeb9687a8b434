# The last word of each machine that runs applications; one that goes silent counts as gone.
class Heartbeats
  LIFETIME = 15

  def initialize(clock: -> { Process.clock_gettime(Process::CLOCK_MONOTONIC) })
    @clock = clock
    @beats = {}
    @lock = Mutex.new
    @since = clock.call
  end

  def take(message)
    @lock.synchronize { @beats[message['dea']] = [@clock.call, message['droplets']] }
  end

  # Machine => its instances.
  def fresh
    now = @clock.call
    @lock.synchronize { @beats.select { |_, (at, _)| now - at < LIFETIME }.transform_values(&:last) }
  end

  # Before everybody had the time to speak, nothing is missing.
  def settled?
    @clock.call - @since > LIFETIME
  end
end
