# Which addresses answer for a host name. A route lives as long as its owner repeats it.
class RouteTable
  LIFETIME = 120

  def initialize(clock: -> { Process.clock_gettime(Process::CLOCK_MONOTONIC) })
    @clock = clock
    @lock = Mutex.new
    @endpoints = Hash.new { |hosts, host| hosts[host] = {} }
    @turns = Hash.new(0)
  end

  # `message`: host, port and uris, as they come on the bus.
  def register(message)
    each_route(message) { |host, endpoint| @endpoints[host][endpoint] = @clock.call + LIFETIME }
  end

  def unregister(message)
    each_route(message) do |host, endpoint|
      @endpoints[host].delete(endpoint)
      @endpoints.delete(host) if @endpoints[host].empty?
    end
  end

  # Every [address, port] that answers for the host, the next in turn first. Each host has turns of its own: with regular
  # visits of several hosts, one turn for all would always lead to the same address.
  def lookup(host)
    @lock.synchronize do
      now = @clock.call
      alive = @endpoints.fetch(host, {}).select { |_, expires| expires > now }.keys
      next [] if alive.empty?

      alive.rotate(@turns[host] += 1)
    end
  end

  # Host names with their endpoints as "address:port".
  def to_h
    @lock.synchronize { @endpoints.transform_values { |endpoints| endpoints.keys.map { |one| one.join(':') } } }
  end

  def prune
    @lock.synchronize do
      now = @clock.call
      @endpoints.each_value { |endpoints| endpoints.delete_if { |_, expires| expires <= now } }
      @endpoints.delete_if { |_, endpoints| endpoints.empty? }
      @turns.keep_if { |host, _| @endpoints.key?(host) }
    end
  end

  private

  def each_route(message)
    endpoint = [message.fetch('host'), Integer(message.fetch('port'))]
    @lock.synchronize { message.fetch('uris').each { |uri| yield uri.downcase, endpoint } }
  end
end
