# Compares what is wanted with what the machines say they run. Pure: the same facts give the same report.
class HealthReport
  # `desired`: guid => instances and state. `actual`: machine => list of droplet, index and state.
  def initialize(desired, actual)
    @desired = desired.select { |_, app| app['state'] == 'STARTED' }
    @actual = actual.flat_map { |dea, droplets| droplets.map { |droplet| droplet.merge('dea' => dea) } }
  end

  # Instances that no machine has: [guid, index].
  def missing
    there = @actual.map { |instance| instance.values_at('droplet', 'index') }
    @desired.flat_map { |guid, app| (0...app['instances']).map { |index| [guid, index] } } - there
  end

  # Instances that nobody wants, and second copies of wanted ones: [machine, guid, index].
  def extra
    counts = @actual.map { |instance| instance.values_at('dea', 'droplet') }.tally
    @actual.group_by { |instance| instance.values_at('droplet', 'index') }.flat_map do |(guid, index), copies|
      stopped = wanted?(guid, index) ? copies - kept(copies, counts) : copies
      stopped.map { |copy| copy['dea'] }.sort.each { |dea| counts[[dea, guid]] -= 1 }.map { |dea| [dea, guid, index] }
    end
  end

  def to_h
    running = @actual.count { |instance| instance['state'] == 'RUNNING' }
    { desired: @desired.sum { |_, app| app['instances'] }, running: running, missing: missing.size, extra: extra.size }
  end

  private

  def wanted?(guid, index)
    @desired.key?(guid) && index < @desired[guid]['instances']
  end

  # While one starts, all: which of them will answer is not known. Then the one on the machine with the fewest instances
  # of the application: otherwise a machine that was away would be left without any, and the next loss would be the loss
  # of the application.
  def kept(copies, counts)
    return copies if copies.any? { |copy| copy['state'] == 'STARTING' }

    [copies.min_by { |copy| [copy['state'] == 'RUNNING' ? 0 : 1, counts[copy.values_at('dea', 'droplet')], copy['dea']] }]
  end
end
