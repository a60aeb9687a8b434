# The log servers that are known, each in its turn.
class LogServers
  def initialize(addresses)
    @addresses = addresses
    @turn = 0
  end

  def replace(addresses)
    @addresses = addresses.sort
  end

  # Nil when none is known.
  def next
    addresses = @addresses
    addresses[(@turn += 1) % addresses.size] unless addresses.empty?
  end

  def count
    @addresses.size
  end
end
